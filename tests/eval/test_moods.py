"""How customers feel in chats: who is unhappy, how many by time and topic, and nothing of few people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta

import numpy as np
import pytest

from eval.insights.intervals import share
from eval.insights.moods import Labeller, moods, unhappy
from eval.insights.topics import Row, section
from eval.insights.topics_told import moods as moods_told
from eval.insights.topics_told import told
from eval.insights.withholding import LEAST
from eval.insights.words import Words
from retrieval.seams import Vectors
from tests.eval.test_topic_insight import NOON, SUBJECTS, _views
from tests.insight_rows import MONTH, NOW

LABELS = ("negative", "neutral", "positive")


class ByWord:
    """A sentiment model by hand: `broken` is surely blame, `hm` perhaps."""

    def chances(self, texts: Sequence[str]) -> Vectors:
        blame = [0.9 if "broken" in text else 0.6 if "hm" in text else 0.1 for text in texts]
        return np.array([(part, 1 - part, 0.0) for part in blame], dtype=np.float32)


MODEL: Labeller = ByWord()


@pytest.mark.parametrize(
    ("text", "is_unhappy"),
    [("it came broken", True), ("this is ridiculous", True), ("hm, where is it", False), ("do you ship?", False)],
)
def test_who_complains_or_blames_for_sure_is_unhappy(text: str, is_unhappy: bool) -> None:
    assert unhappy([text], MODEL, LABELS) == [is_unhappy]


def test_people_are_counted_not_messages_and_few_of_a_time_are_withheld() -> None:
    early, late = NOW - timedelta(days=29), NOW - timedelta(days=1)
    felt = [(f"P{n}", late, n < 4) for n in range(LEAST)] * 3 + [("P0", late, False), ("E", early, True)]
    found = moods(felt, MONTH, UTC)
    assert (found.people, found.unhappy) == (11, share(5, 11))
    assert [part for _, part in found.bins] == [None, None, None, None, share(4, 10)], "one person's week is withheld"


def test_of_few_people_nothing_is_told() -> None:
    found = moods([(f"P{n}", NOW, True) for n in range(LEAST - 1)], MONTH, UTC)
    assert (found.people, found.unhappy, {part for _, part in found.bins}) == (None, None, {None})


def test_a_topic_tells_how_many_of_its_people_were_unhappy() -> None:
    rows = [
        Row(f"{wording} p{n}", f"{subject}-{n}-{place}", NOON, is_unhappy=subject == "kettle")
        for subject, wordings in SUBJECTS.items()
        for n in range(4)
        for place, wording in enumerate(wordings)
    ]
    found = section(rows, (), _views())
    shares = {topic.unhappy for topic in found.topics}
    assert shares == {share(12, 12), share(0, 12)}
    for locale in ("en", "zh"):
        words = Words(locale, "USD", UTC, LEAST)
        assert words.say("mood_unhappy") in told(found, words).head
        assert moods_told(found, words) is None, "nothing is known of the time"
