"""Reports as tables in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

SYSTEMS = ("bm25", "vectors", "fusion", "ranked")


def show_retrieval(report: Mapping[str, Any]) -> None:
    """One row a set and system; then what was refused, what was skipped and how long it took."""
    console = Console()
    sets = {name: figures for name, figures in report.items() if isinstance(figures, dict) and SYSTEMS[0] in figures}
    console.print(_rankings(sets))
    refusals = {name: figures["refusals"] for name, figures in sets.items() if "refusals" in figures}
    if refusals:
        console.print(_refusals(refusals))
    for name, reason in report["skipped"].items():
        print(f"skipped {name}: {reason}", file=sys.stderr)
    print(
        f"{report['embedder']}; {report['machine']['cpu']}, {report['machine']['cores']} cores; {report['seconds']} s"
    )


def show_selection(report: Mapping[str, Any]) -> None:
    """One row a system and way of asking; then the choice of house and snippets."""
    table = Table("system", "asked", "hit@1", "hit@5", "MRR@10", title="DSTC11, the half that nothing was learned from")
    systems = {**report["yardsticks"], "MiniLM tuned": report["tuned"], "ours": report["ours"]}
    for name, ways in systems.items():
        for way, figures in ways.items():
            if isinstance(figures, dict) and "hit@1" in figures:
                table.add_row(name, way, *(f"{figures[column]:.3f}" for column in ("hit@1", "hit@5", "MRR@10")))
    Console().print(table)
    houses = ", ".join(f"{name} {ways['house']:.3f}" for name, ways in systems.items() if "house" in ways)
    print(f"the house is right: {houses}")
    print(
        "snippets selected: " + ", ".join(f"{name} {value:.3f}" for name, value in report["ours"]["selection"].items())
    )
    split = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in report["split"].items())
    _end(report, split)


def _rankings(sets: Mapping[str, Any]) -> Table:
    columns = ("hit@1", "hit@3", "hit@5", "hit@10", "MRR@10", "nDCG@10")
    table = Table("set", "questions", "passages", "system", *columns, title="retrieval")
    for name, figures in sets.items():
        there = [system for system in SYSTEMS if system in figures]
        for system in there:
            shown = [f"{figures[system][column]:.3f}" for column in columns]
            table.add_row(
                name,
                str(figures["questions"]),
                str(figures["passages"]),
                system,
                *shown,
                end_section=system == there[-1],
            )
    return table


def _refusals(sets: Mapping[str, Mapping[str, float]]) -> Table:
    names = list(next(iter(sets.values())))
    table = Table("set", *(name.replace("_", " ") for name in names), title="the engine's answers")
    for name, figures in sets.items():
        table.add_row(
            name,
            *(
                f"{figures[column]:.3f}" if isinstance(figures[column], float) else str(figures[column])
                for column in names
            ),
        )
    return table


def show_speed(report: Mapping[str, Any]) -> None:
    """Index, serving, turns by kind and step, vectors, cold starts, growth."""
    console = Console()
    serving = report["serving"]
    _end(report, report["shop"], f"plain loop {report['loop_s']} s")
    alone = ("open_s", "open_mb", "after_mb", "peak_mb", "turns", "turns_per_s", "turns_per_cpu_s")
    console.print(_pairs("index", report["index"]))
    console.print(_pairs("serving", {name: serving[name] for name in alone}))
    turns = Table("turns", "p50 ms", "p95 ms", title="one thread, no LLM")
    parts = {"all": serving["wall_ms"], "all, CPU": serving["cpu_ms"], **serving["by_kind_ms"]}
    parts |= {f"step: {name}": spread for name, spread in serving["by_step_ms"].items()}
    for name, spread in parts.items():
        turns.add_row(name, str(spread["p50"]), str(spread["p95"]))
    console.print(turns)
    vectors = Table("filter", "recall@10", "ms", "Chroma's recall@10", "ms", title="nearest vectors")
    for row in report["vectors"]:
        vectors.add_row(
            row["filter"], *(str(row[name][what]) for name in ("ours", "chroma") for what in ("recall@10", "ms"))
        )
    console.print(vectors)
    console.print(_pairs("cold", report["cold"]))
    for row in report["growth"]:
        console.print(_pairs(f"{row['products']} products, {row['vectors']}", row))


def _pairs(title: str, values: Mapping[str, Any]) -> Table:
    table = Table(title=title, show_header=False)
    for name, value in values.items():
        table.add_row(name.replace("_", " "), str(value))
    return table


def show_constraints(report: Mapping[str, Any]) -> None:
    """Exact match beside the yardstick's, each key, and every case that was read otherwise than it says."""
    console = Console()
    ours, theirs = report["reader"], report["yardstick"]
    table = Table("", "cases", "reader", "yardstick", title=f"limits read exactly, {report['half']}")
    table.add_row("all", str(report["cases"]), _shown(ours["exact"]), _shown(theirs["exact"]))
    for code, figures in ours["by_locale"].items():
        table.add_row(code, str(figures["cases"]), _shown(figures["exact"]), _shown(theirs["by_locale"][code]["exact"]))
    table.add_row(
        "µs a message, p50 / p95", "", *(f"{part['p50_us']:.0f} / {part['p95_us']:.0f}" for part in (ours, theirs))
    )
    console.print(table)
    keys = Table("key", "stated", "precision", "recall", "yardstick's recall", title="by key")
    for key, figures in ours["by_key"].items():
        beside = theirs["by_key"].get(key, {}).get("recall")
        keys.add_row(
            key, str(figures["stated"]), _shown(figures["precision"]), _shown(figures["recall"]), _shown(beside)
        )
    console.print(keys)
    for case in report["wrong"]:
        print(f"{case['id']}: {case['text']}\n  expected {case['expected']}\n  got      {case['got']}")
    print(f"{report['shop']}; {report['machine']['cpu']}, {report['machine']['cores']} cores; {report['versions']}")


def _shown(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"


def show_conversations(report: Mapping[str, Any]) -> None:
    """The figures of both systems, the expectations by key, then each wrong turn with what was expected and got."""
    console = Console()
    systems = [name for name in ("engine", "without_state") if name in report]
    summary = Table("", *(name.replace("_", " ") for name in systems), title=f"conversations, half {report['half']}")
    for row in ("turns", "right", "conversations", "wholly_right"):
        summary.add_row(row.replace("_", " "), *(str(report[name][row]) for name in systems))
    for locale in report["engine"]["by_locale"]:
        summary.add_row(f"right, {locale}", *(str(report[name]["by_locale"][locale]) for name in systems))
    for key, counted in report["engine"]["by_key"].items():
        summary.add_row(f"{key} ({counted['cases']})", *(str(report[name]["by_key"][key]["right"]) for name in systems))
    console.print(summary)
    for turn in report["wrong"]:
        console.print(f"{turn['id']}/{turn['turn']} {turn['say']}", style="bold", markup=False, highlight=False)
        for fault in turn["faults"]:
            console.print(f"    {fault}", markup=False, highlight=False)
    _end(report)


INTENT_COLUMNS = ("accuracy", "macro_f1", "ece", "oos_auroc", "kept_and_right", "oos_recall", "joint", "seconds")
CASE_COLUMNS = ("cases", "accuracy", "either", "macro_f1", "ece", "abstained", "also_served")


def show_intents(report: Mapping[str, Any]) -> None:
    """One row a system."""
    _columns("intents", "system", report["systems"], INTENT_COLUMNS)
    _end(report, str(report["rows"]))


def show_cases(report: Mapping[str, Any]) -> None:
    """One row a language and an intent."""
    _columns("the router's intents", "cases", {"all": report["all"], **report["locales"]}, CASE_COLUMNS)
    _columns("by intent", "intent", report["intents"], ("cases", "recall", "precision"))
    _end(report)


def _columns(title: str, first: str, figures: Mapping[str, Mapping[str, Any]], columns: Sequence[str]) -> None:
    table = Table(first, *(column.replace("_", " ") for column in columns), title=title)
    for name, row in figures.items():
        cells = (row.get(column) for column in columns)
        table.add_row(
            name, *("" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in cells)
        )
    Console().print(table)


FAULT_COLUMNS = ("turns", "right", "kept", "first_p99_ms", "p50_ms", "p99_ms", "open_p99_ms", "recovered_s")


def show_faults(report: Mapping[str, Any]) -> None:
    """One row a fault, then what was said wrongly."""
    table = Table(
        "fault", *(column.replace("_", " ") for column in FAULT_COLUMNS), "why the template spoke", title="faults"
    )
    for name, row in report["faults"].items():
        cells = ("–" if row.get(column) is None else f"{row[column]:g}" for column in FAULT_COLUMNS)
        table.add_row(name, *cells, ", ".join(f"{why or 'it did not'} {count}" for why, count in row["why"].items()))
    Console(width=150).print(table)
    for name, row in report["faults"].items():
        for one in row["wrong"]:
            print(f"{name}\n  said     {one['said']!r}\n  expected {one['expected']!r}")
    print(f"{report['machine']['cpu']}, {report['machine']['cores']} cores; {report['seconds']} s")


KILL_COLUMNS = ("messages", "turns", "lost", "out_of_order", "doubled_effects", "doubled_replies")


def show_kills(report: Mapping[str, Any]) -> None:
    """One row a door, then the deaths and how long starts and stops took."""
    table = Table("door", *(column.replace("_", " ") for column in KILL_COLUMNS), title="kills")
    for name, row in report["doors"].items():
        table.add_row(name, *(str(row[column]) for column in KILL_COLUMNS))
    for name, row in report["weather"].items():
        table.add_row(f"weather: {name}", *(str(row[column]) for column in KILL_COLUMNS))
    for name, row in report["yardsticks"].items():
        table.add_row(f"{name}, {row['kills']} kills", *(str(row.get(column, "")) for column in KILL_COLUMNS))
    Console(width=150).print(table)
    at_points = sum(report["at_points"].values())
    print(
        f"{report['kills']} SIGKILL, {report['stops']} SIGTERM, {at_points} of them at named points; {report['sends']} sends tried"
    )
    for what, told in (("first_reply_s", "from a start to the first reply"), ("stopped_s", "from SIGTERM to the end")):
        print(
            f"{told}: {report[what]['median']} s in the middle, {report[what]['max']} s at most ({report[what]['count']} times)"
        )
    print(f"{report['machine']['cpu']}, {report['machine']['cores']} cores; {report['seconds']} s")


def show_describe(report: Mapping[str, Any]) -> None:
    """Cases: found by kind. Else a row a shop and style with the shop's own descriptions below, then the planted faults."""
    console = Console()
    if "by_kind" in report:
        table = Table("fault", "expected", "found", "share")
        for kind, row in report["by_kind"].items():
            table.add_row(kind, str(row["expected"]), str(row["found"]), f"{row['share']:.3f}")
        console.print(table)
        print(f"found {report['found']}, false alarms {report['false_alarms']} of {report['clean']} clean texts")
        return
    columns = ("texts", "coverage", "unsupported", "forbidden", "too_similar", "reading", "spelling", "faulty")
    table = Table("shop", "style", *columns, title="descriptions")
    plants = Table("shop", "planted", "how many", "found", title="planted faults")
    for name, shop in report["shops"].items():
        own = {"the shop's own": shop["own_descriptions"]} if shop["own_descriptions"] else {}
        for style, figures in {**shop["styles"], **own}.items():
            table.add_row(name, style, *(str(figures[column]) for column in columns))
        for what, row in shop["planted"].items():
            plants.add_row(name, what, str(row["planted"]), f"{row['share']:.3f}")
    console.print(table)
    console.print(plants)
    top = ", ".join(
        f"{key} {report[key]}"
        for key in ("coverage", "unsupported", "forbidden", "too_similar", "found", "false_alarms")
    )
    print(f"{top}; {report['seconds']} s")


def show_e2e(report: Mapping[str, Any]) -> None:
    """One row a system; then the texts of the tuned writer that have an error."""
    table = Table(
        "system", "BLEU", "missing", "invented", "slot errors", "texts without", title=f"E2E, {report['part']}"
    )
    for name, row in report["systems"].items():
        table.add_row(
            name, f"{row['bleu']:.3f}", str(row["missing"]), str(row["invented"]), f"{row['slot_error_rate']:.4f}",
            f"{row['texts_without_error']:.3f}",
        )  # fmt: skip
    console = Console()
    console.print(table)
    for row in report["wrong"]:
        print(f"missing {row['missing']} invented {row['invented']}: {row['text']}")
    print(
        f"{report['learned']} learned, {report['measured']} measured, {report['by_template']} of them by the template; "
        f"people's own texts without error: {report['references']['without_error']:.3f}; {report['seconds']} s"
    )


def show_attacks(report: Mapping[str, Any]) -> None:
    """Breaches with the defences beside those without, by everything that a case is; then what clean texts lose."""
    bare = report["undefended"]
    table = Table("", "", "cases", "breaches", "undefended", title=f"attacks, {report['half']}")
    table.add_row("all", "", str(report["cases"]), str(report["breaches"]), str(bare["breaches"]), end_section=True)
    for name in ("by_writer", "by_language", "by_carrier", "by_position", "by_encoding", "by_kind"):
        for group, one in report[name].items():
            told = (str(one["cases"]), str(one["breaches"]), str(bare[name][group]["breaches"]))
            table.add_row(name.removeprefix("by_"), group, *told, end_section=group == list(report[name])[-1])
    Console().print(table)
    for name in sorted({**report["by_breach"], **bare["by_breach"]}):
        print(f"{name}: {report['by_breach'].get(name, 0)} defended, {bare['by_breach'].get(name, 0)} undefended")
    clean = report["clean_words"]
    print(f"orders known for such: {report['caught']['all']['share']:.4f} of {report['caught']['all']['texts']} texts")
    print(
        f"false alarms: {report['false_alarms']['share']:.5f} of {report['false_alarms']['sentences']} clean sentences"
    )
    print(f"clean words of a model stopped: {clean['share']:.4f} of {clean['sentences']}")
    if turns := report.get("clean_turns"):
        print(
            f"clean turns whose reply the guard changed: {turns['questions']['changed']} of {turns['questions']['turns']}"
        )
        print(f"clean deeds done: {turns['deeds']['done']} of {turns['deeds']['asked']}")
    for one in report["breached"][:20]:
        print(f"{one['id']}: {', '.join(one['breaches'])}: {one['reply'][:200]!r}")
    print(f"{report['machine']['cpu']}, {report['machine']['cores']} cores; {report['seconds']} s")


def show_facts(report: Mapping[str, Any]) -> None:
    """Caught and wrongly stopped, over all and by origin, language and kind; the yardsticks; times."""
    console = Console()
    table = Table(
        "",
        "caught",
        "of lies",
        "wrongly stopped",
        "of truths",
        title=f"fact lock, {report['shop']}, half {report['half']}",
    )
    groups = {"all": report, **report["by_origin_and_language"], **report["by_kind"], **report["yardsticks"]}
    for name, row in groups.items():
        shares = ["–" if row[key] is None else f"{row[key]:.4f}" for key in ("caught", "wrongly_stopped")]
        table.add_row(name, shares[0], str(row["lies"]), shares[1], str(row["truths"]))
    console.print(table)
    times = report["times"]
    print(
        f"{times['p50_us']} µs a sentence, 95 % within {times['p95_us']}; {report['machine']['cpu']}, {report['machine']['cores']} cores"
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


def show_sentiment(report: Mapping[str, Any]) -> None:
    """One row a system; then the groups or folds of the last."""
    columns = ("accuracy", "macro_f1", "auroc", "ece")
    table = Table("system", *columns, "texts a second", title=f"{report['rows']['test']} texts")
    for name, figures in report["systems"].items():
        speed = figures["texts_per_cpu_s"]
        shown = f"{speed:,.0f}" if 0 < speed < 1e6 else ""
        table.add_row(name, *(f"{figures[column]:.3f}" for column in columns), shown)
    console = Console()
    console.print(table)
    for name, figures in report["systems"].items():
        if "accuracies" in figures:
            print(f"{name}: " + ", ".join(f"{part} {value:.3f}" for part, value in figures["accuracies"].items()))
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


def _end(report: Mapping[str, Any], *told: str) -> None:
    machine = report["machine"]
    print("; ".join([*told, f"{machine['cpu']}, {machine['cores']} cores", f"{report['seconds']} s"]))
