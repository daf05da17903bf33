"""Who gets which recommendations: the trial that is set up, and the trained models that it sets against each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.advice import Advice
from bot.errors import BadSetting
from bot.settings import Settings
from bot.trial import Trial, models_named
from retrieval.errors import NoRecommender
from retrieval.recommend.folder import card_of


def advice_of(settings: Settings) -> Advice:
    """Raises BadSetting as `rivals_of` does."""
    names = tuple(_trial_models(settings))
    return Advice(Trial(settings.trial, settings.trial_held_out, settings.trial_shows, names))


def rivals_of(settings: Settings) -> Mapping[str, Path]:
    """The trained models of a trial: name -> folder. Raises BadSetting where one of them can't be used."""
    folders = {name: folder for name, folder in _trial_models(settings).items() if folder is not None}
    for name, folder in folders.items():
        try:
            card_of(folder)
        except NoRecommender as error:
            why = f"{name}: {error.reason}; `shopclerk train recommender --out {folder}` makes one."
            raise BadSetting("SHOPCLERK_TRIAL_MODELS", settings.trial_models, why) from error
    return folders


def _trial_models(settings: Settings) -> Mapping[str, Path | None]:
    try:
        return models_named(settings.trial_models)
    except ValueError as error:
        raise BadSetting("SHOPCLERK_TRIAL_MODELS", settings.trial_models, f"{error}.") from error
