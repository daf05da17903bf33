"""Problems as SARIF 2.1.0, which GitHub and editors show beside the lines."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from eval.lint.types import RULES, Problem

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(problems: Sequence[Problem]) -> dict[str, Any]:
    """One run; file names are as seen from the shop's folder."""
    rules = [{"id": name, "shortDescription": {"text": means}} for name, means in RULES.items()]
    driver = {"name": "shopclerk lint", "version": version("shopclerk"), "rules": rules}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(one) for one in problems]}],
    }


def _result(one: Problem) -> dict[str, Any]:
    where = {"artifactLocation": {"uri": one.place.file}, "region": {"startLine": one.place.line}}
    return {
        "ruleId": one.rule, "level": "warning", "message": {"text": f"{one.subject}: {one.says}"},
        "locations": [{"physicalLocation": where}],
    }  # fmt: skip
