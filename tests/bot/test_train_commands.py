"""`shopclerk train`: what a shopkeeper types, what comes out, and what is said where it can't be done."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.training import app
from bot.settings import Settings
from bot.stores.learned import pairs_of_turns
from bot.types import Cite, Message, Reply, Turn, Verdict
from bot.wiring import OpenShop, kept_turns, open_shop, shop_of
from knowledge_base.types import Document, Faq, Knowledge, Section
from retrieval.embed import OnnxEmbedder, open_embedder
from retrieval.errors import BadLesson, FolderTaken, NotBetter, TooFewLessons
from retrieval.gloss import GlossEmbedder
from retrieval.lessons import Pair
from retrieval.rerank import FEATURES, Reranked
from tests.tiny_models import tiny_transformer

MakeShop = Callable[..., Path]
ASKED = ("cost", "sum", "fee", "toll", "rate", "fare", "bill", "tab")
THINGS = {
    "apple": "orchard",
    "coat": "tailor",
    "lamp": "electrician",
    "boat": "harbour",
    "bread": "oven",
    "horse": "stable",
}


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPCLERK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def write(file: Path, rows: list[dict[str, object]]) -> Path:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def test_pairs_of_a_file_make_a_folder_that_the_setting_names(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="the [train] extra isn't installed")
    rows = [{"question": f"{word} {thing}", "passage": place} for word in ASKED for thing, place in THINGS.items()]
    base = tiny_transformer(tmp_path / "tiny", [text for row in rows for text in row.values()])
    pairs = write(tmp_path / "p.jsonl", rows)  # type: ignore[arg-type]
    said = run("embedder", "--pairs", pairs, "--out", tmp_path / "mine", "--base", base, "--force", "--device", "cpu")
    assert "SHOPCLERK_EMBEDDER=" in said
    assert isinstance(open_embedder(str(tmp_path / "mine")), OnnxEmbedder)
    card = json.loads((tmp_path / "mine" / "card.json").read_text())
    assert card["questions"] + card["held_back"] == 48
    assert not card["glosses"]


def test_a_bad_pair_and_a_taken_folder_are_said_before_anything_is_loaded(tmp_path: Path) -> None:
    pairs = write(tmp_path / "p.jsonl", [{"question": "a", "passage": "b"}, {"question": "a"}])
    with pytest.raises(BadLesson, match=r"p.jsonl:2:passage: "):
        run("embedder", "--pairs", pairs, "--out", tmp_path / "mine")
    with pytest.raises(FolderTaken, match="is not empty"):
        run("embedder", "--pairs", pairs, "--out", tmp_path)


def test_a_shop_with_three_answers_has_too_little_to_teach(make_shop: MakeShop, tmp_path: Path) -> None:
    shop = make_shop(
        {"faq.csv": "id,question,answer\n" + "".join(f"a{n},Question {n}?,Answer {n}.\n" for n in range(3))}
    )
    with pytest.raises(TooFewLessons, match="There are 3 questions"):
        run("embedder", "--shop", shop, "--out", tmp_path / "mine")


def test_a_tuned_bundled_model_keeps_its_chinese_word_vectors(tmp_path: Path) -> None:
    """A folder that says so opens with them; the words themselves are the bundled model's."""
    import shutil

    from retrieval.embed import BUNDLED

    shutil.copytree(BUNDLED, tmp_path / "tuned")
    card = json.loads((tmp_path / "tuned" / "card.json").read_text())
    (tmp_path / "tuned" / "card.json").write_text(json.dumps({**card, "model": "mine", "glosses": True}))
    embedder = open_embedder(str(tmp_path / "tuned"))
    assert isinstance(embedder, GlossEmbedder)
    assert embedder.name.startswith("mine@")
    assert embedder.reads("运费多少") > 0.9


def turn(text: str, *cites: Cite, handed_off: bool = False) -> Turn:
    message = Message("m", "c", text, datetime(2026, 11, 1, tzinfo=UTC))
    return Turn(message, Reply("reply", "en", "ask", 1.0, cites=cites, handed_off=handed_off), Verdict())


KNOWLEDGE = Knowledge(
    faqs=(Faq("pay", "How can I pay?", "By card."),),
    documents=(Document("returns", "Returns", (Section(("Returns", "How long"), "Thirty days."),)),),
)
PAY = Cite("faq", "pay", "How can I pay?")


def test_kept_turns_teach_what_was_cited_and_nothing_from_those_that_a_person_took() -> None:
    returns = Cite("document", "returns", "Returns > How long")
    turns = [
        turn("visa ok?", PAY), turn("send it back", returns), turn("help me", PAY, handed_off=True),
        turn("a kettle", Cite("product", "K1", "Kettle")), turn("gone", Cite("faq", "old", "Old?")),
    ]  # fmt: skip
    assert list(pairs_of_turns(turns, KNOWLEDGE)) == [
        Pair("visa ok?", "How can I pay?\nBy card."),
        Pair("send it back", "Returns > How long\nThirty days."),
    ]


async def test_conversations_that_were_kept_are_read_back(sample: OpenShop, sample_settings: Settings) -> None:
    await sample.engine.reply(Message("t1", "training-1", "How much is delivery to Canada?", datetime.now(UTC)))
    import asyncio

    turns = await asyncio.to_thread(kept_turns, sample_settings, shop_of(sample_settings))
    assert "How much is delivery to Canada?" in {one.message.text for one in turns}


FAQ = {
    "pay": "card",
    "ship": "parcel",
    "back": "refund",
    "gift": "ribbon",
    "lost": "search",
    "size": "chart",
    "gold": "ring",
    "tea": "leaf",
}


def little_shop(make_shop: MakeShop) -> Path:
    """Every answer's own further wordings name its word; its text is otherwise like all others."""
    rows = [{"id": name, "question": f"About {name}", "answer": f"We do {word} things here.", "also": [f"{word} {n}" for n in "abcdef"]}
            for name, word in FAQ.items()]  # fmt: skip
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    return make_shop({"faq.jsonl": lines})


def test_a_ranker_is_trained_on_a_shop_and_used_where_the_setting_names_it(make_shop: MakeShop, tmp_path: Path) -> None:
    shop = little_shop(make_shop)
    asked = [{"text": f"{word} please", "locale": "en", "gold": [f"faq:{name}"]} for name, word in FAQ.items()]
    judged = write(tmp_path / "j.jsonl", [*asked, {"text": "nothing", "locale": "en", "gold": []}])  # type: ignore[list-item]
    said = run("ranker", "--shop", shop, "--judged", judged, "--out", tmp_path / "r", "--force")
    assert "SHOPCLERK_RERANKER=" in said
    card = json.loads((tmp_path / "r" / "card.json").read_text())
    assert card["kind"] == "ranker"
    assert set(card["weights"]["latin"]) == set(FEATURES)
    assert card["mrr"]["latin"]["questions"] >= 8


def test_equal_seeds_give_equal_rankers(make_shop: MakeShop, tmp_path: Path) -> None:
    shop = little_shop(make_shop)
    cards = []
    for name in ("one", "two"):
        run("ranker", "--shop", shop, "--out", tmp_path / name, "--force")
        card = json.loads((tmp_path / name / "card.json").read_text())
        cards.append({key: value for key, value in card.items() if key != "made_at"})
    assert cards[0] == cards[1]


def test_a_ranker_that_brings_nothing_is_not_written(make_shop: MakeShop, tmp_path: Path) -> None:
    """Every wording finds its own answer first without it."""
    with pytest.raises(NotBetter, match="nothing was replaced"):
        run("ranker", "--shop", little_shop(make_shop), "--out", tmp_path / "r")
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(("name", "is_wrapped"), [("bundled", True), ("none", False)])
async def test_the_setting_says_whether_what_is_found_is_ranked_anew(
    name: str, is_wrapped: bool, sample_settings: Settings
) -> None:
    async with open_shop(sample_settings.model_copy(update={"reranker": name})) as shop:
        assert isinstance(shop.index.current().retriever, Reranked) is is_wrapped
