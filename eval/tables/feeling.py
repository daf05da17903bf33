"""What customers feel, ask about and spend, for the eye."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def show_sentiment(report: Mapping[str, Any]) -> None:
    """One row a system; then its groups or folds."""
    from eval.benchmarks.sentiment import EACH

    columns = ("accuracy", "macro_f1", "auroc", "ece")
    table = Table("system", *columns, "texts a second", title=f"{report['rows']['test']} texts")
    for name, figures in report["systems"].items():
        speed = figures["texts_per_cpu_s"]
        shown = f"{speed:,.0f}" if 0 < speed < 1e6 else ""
        table.add_row(name, *(f"{figures[column]:.3f}" for column in columns), shown)
    console = Console()
    console.print(table)
    for name, figures in report["systems"].items():
        for figure, several in EACH.items():
            if several in figures:
                each = ", ".join(f"{part} {value:.3f}" for part, value in figures[several].items())
                print(f"{name}, {figure}: {each}")
    if "shown" in report:
        from bot.sentiment.explaining import Explained, marked_lines

        for line in marked_lines([Explained(**one) for one in report["shown"]], styled=console.is_terminal):
            console.print(line, markup=console.is_terminal, highlight=False, soft_wrap=True)
    if "explained" in report:
        print("explained: " + ", ".join(f"{name} {value}" for name, value in report["explained"].items()))
    before = f", without {report['from_before']} kept from before" if report.get("from_before") else ""
    print(f"{report['machine']['cpu']}, {report['machine']['cores']} cores; {report['seconds']} s{before}")


def show_aspects(report: Mapping[str, Any]) -> None:
    """Pairs, aspects alone, and pairs by language."""
    table = Table("", "precision", "recall", "F1", title=f"{report['sentences']} sentences, half {report['half']}")
    starred = {"pairs, with the review's stars": report["pairs_with_stars"]} if report["pairs_with_stars"] else {}
    parts = {
        "pairs": report["pairs"],
        **starred,
        "aspects alone": report["aspects"],
        **report["by_locale"],
        **report["yardstick"],
    }
    for name, figures in parts.items():
        table.add_row(name, *(f"{figures[column]:.3f}" for column in ("precision", "recall", "f1")))
    Console().print(table)
    if twice := report["labelled_again"]:
        print(
            f"{twice['sentences']} of them labelled twice: the second labels agree with the first by F1 {twice['pairs']['f1']:.3f} for pairs, "
            f"{twice['aspects']['f1']:.3f} for aspects; ours on these {twice['ours_against_first']['f1']:.3f} and {twice['ours_against_second']['f1']:.3f}"
        )
    print(
        f"{report['embedder']}; {report['machine']['cpu']}, {report['machine']['cores']} cores; {report['seconds']} s"
    )


def show_topics(report: Mapping[str, Any]) -> None:
    """Against the labels; then how names stay, and the topics themselves."""
    columns = ("groups", "purity", "nmi", "ari", "both_languages")
    table = Table("", *columns, title=f"{report['questions']} questions of {report['topics']} topics, half {report['half']}")  # fmt: skip
    for name in ("ours", "ours, meaning alone"):
        table.add_row(name, *(f"{report[name][column]:g}" for column in columns))
    for name, figures in report["yardsticks"].items():
        table.add_row(name, *(f"{figures[column]:g}" for column in columns))
    Console().print(table)
    topics = Table("topic", "主题", "questions", "labelled as")
    for one in report["told"]:
        labels = ", ".join(f"{label} {count}" for label, count in one["labels"].items())
        topics.add_row(one["names"]["en"], one["names"]["zh"], str(one["questions"]), labels)
    Console().print(topics)
    for name, value in report["names"].items():
        print(f"{name.replace('_', ' ')}: {value:.3f}")
    print(f"{report['alarms']['weeks']} weeks without a change, with an alarm: {report['alarms']['with_an_alarm']:.3f}")
    print(
        f"{report['embedder']}; {report['machine']['cpu']}, {report['machine']['cores']} cores; {report['seconds']} s"
    )


def show_lift(report: Mapping[str, Any]) -> None:
    """One row a figure: the truth, and in how many trials the interval held it."""
    names = {
        "spent_ratio": "spending per customer, share more", "spent": "spending per customer, difference", "bought": "share who buy, difference",
        "plain": "(Welch's interval of the difference in spending)",
    }  # fmt: skip
    table = Table("lift", "truth", "held", "of", "share", "95 % of that", title="lift")
    for key, name in names.items():
        row = report["held"][key]
        truth = report["truth"]["spent" if key == "plain" else key]
        table.add_row(name, f"{truth:.4f}", str(row["count"]), str(row["of"]), f"{row['share']:.3f}", f"{row['low']:.3f} - {row['high']:.3f}")  # fmt: skip
    Console(width=130).print(table)
    print(
        f"{report['runs']} trials of {report['customers']} customers, {report['held_out']:.0%} held out; seed {report['seed']}; "
        f"wrongly called not as dealt: {report['wrongly_not_as_dealt']}"
    )
