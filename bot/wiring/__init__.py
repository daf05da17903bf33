"""Settings become objects here and nowhere else: a shop that answers, or one part of it for a command that needs no more."""

from bot.wiring.advice import advice_of, rivals_of
from bot.wiring.indexing import classifier_of, embedder_of, index_of, index_shop, prepare
from bot.wiring.kept import catalogue_of, counted, kept_turns, learnable_of, uncounted
from bot.wiring.opening import OpenShop, open_shop, reception_of
from bot.wiring.people import access_file, notices_of
from bot.wiring.places import SAMPLE, index_root, kept_in, recommender_root, router_root, shop_of
from bot.wiring.writers import check_writer, close_lines, lines_of, voice_of

__all__ = [
    "SAMPLE",
    "OpenShop",
    "access_file",
    "advice_of",
    "catalogue_of",
    "check_writer",
    "classifier_of",
    "close_lines",
    "counted",
    "embedder_of",
    "index_of",
    "index_root",
    "index_shop",
    "kept_in",
    "kept_turns",
    "learnable_of",
    "lines_of",
    "notices_of",
    "open_shop",
    "prepare",
    "reception_of",
    "recommender_root",
    "rivals_of",
    "router_root",
    "shop_of",
    "uncounted",
    "voice_of",
]
