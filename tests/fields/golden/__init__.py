"""Golden cases: what a value must become and what must be said of it, from the catalogue of real exports and standards.

One CSV a kind, columns ``input``, ``value``, ``codes`` (those of the findings, joined by spaces, empty for none),
``options`` (``name=value`` joined by ``;``, for the few cases that need any) and ``why`` (the source of the rule).
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet


@dataclass(frozen=True)
class GoldenCase:
    """One value with what is expected of it; ``value`` equals ``input`` where it cannot be known."""

    input: str
    value: str
    codes: str
    options: dict[str, str]
    why: str


def load_golden(kind: str) -> list[GoldenCase]:
    """Return the cases of a kind in their order.

    Raises:
        ValueError: a case stands twice.
    """
    with (Path(__file__).parent / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        cases = [
            GoldenCase(
                row["input"],
                row["value"],
                row["codes"],
                dict(pair.split("=", 1) for pair in row["options"].split(";") if pair),
                row["why"],
            )
            for row in csv.DictReader(file)
        ]
    seen: set[tuple[str, str]] = set()
    for case in cases:
        key = (case.input, str(case.options))
        if key in seen:
            raise ValueError(f"{kind}: {case.input!r} stands twice")
        seen.add(key)
    return cases


def golden_parameters(kind: str) -> list[ParameterSet]:
    """Return the cases of a kind for ``pytest.mark.parametrize``; only one that fails costs a line of output."""
    return [pytest.param(case, id=f"{place}") for place, case in enumerate(load_golden(kind), 2)]
