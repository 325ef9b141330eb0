"""The sections of the page that need more than a table as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Final

import pandas as pd

from crmclean.core.finding import CATALOGUE
from crmclean.core.i18n import _
from crmclean.core.steps import STEPS
from crmclean.reporting.summary import RunSummary
from crmclean.reporting.wording import (
    LEVELS,
    RECOGNISED_BY,
    SEVERITIES,
    comparison_title,
    kind_of_role,
    word_for,
)

EXAMPLES_SHOWN: Final = 3


@dataclass(frozen=True)
class Part:
    """One part of the bar that shows what became of the records: its share and where it begins, 0 to 1."""

    name: str
    title: str
    number: int
    start: float
    share: float


@dataclass(frozen=True)
class ColumnLine:
    """One column of the file. ``distinct``, ``valid`` and ``example`` are known to ``inspect`` alone.

    ``confidence`` is NaN for a column without a role.
    """

    position: int
    header: str
    role: str
    recognised_by: str
    confidence: float
    filled: float
    valid: float
    distinct: int
    example: str


@dataclass(frozen=True)
class FindingLine:
    """One kind of finding with its count and a few examples (row, column, before, after)."""

    severity: str
    severity_title: str
    title: str
    meaning: str
    remedy: str
    number: int
    examples: tuple[tuple[int, str, str, str], ...]


@dataclass(frozen=True)
class LevelLine:
    """One level of a comparison; ``start`` and ``width`` place its bar between 0 and 1, the zero in the middle."""

    comparison: str
    level: str
    m: float
    u: float
    weight: float
    estimated: bool
    start: float
    width: float


@dataclass(frozen=True)
class SettingLine:
    """One setting: its name in the config file, its value, and what it does."""

    name: str
    value: str
    help: str


def split_rows(summary: RunSummary) -> list[Part]:
    """Return what became of the records of a merge: untouched or survivors, in doubt, merged into another."""
    clusters = summary.table("clusters")
    if clusters.empty:
        return []
    review = summary.table("review")
    merged = clusters["role"].eq("merged")
    doubted = set() if review.empty else {*review["row_a"].tolist(), *review["row_b"].tolist()}
    in_doubt = int((clusters["row"].isin(doubted) & ~merged).sum())
    numbers = (
        ("kept", _("Records left, without doubt"), len(clusters) - int(merged.sum()) - in_doubt),
        ("doubt", _("Records left, in a doubtful pair"), in_doubt),
        ("merged", _("Merged into another record"), int(merged.sum())),
    )
    parts, start = [], 0.0
    for name, title, number in numbers:
        share = number / len(clusters)
        parts.append(Part(name, title, number, start, share))
        start += share
    return parts


def describe_columns(summary: RunSummary) -> list[ColumnLine]:
    """Return the columns of the file; measured by ``inspect`` where it ran, else by how far they are filled."""
    measured = summary.table("columns")
    if not measured.empty:
        return [_describe_measured(entry) for entry in measured.to_dict("records")]
    frame = summary.before.frame
    return [
        ColumnLine(
            position=position,
            header=column.header,
            role=kind_of_role(column.role, column.kind),
            recognised_by=word_for(RECOGNISED_BY, column.recognised_by),
            confidence=column.confidence if column.role else float("nan"),
            filled=float(frame[column.name].ne("").mean()) if len(frame) else 0.0,
            valid=float("nan"),
            distinct=0,
            example="",
        )
        for position, column in enumerate(summary.before.columns, start=1)
    ]


def describe_findings(summary: RunSummary) -> list[FindingLine]:
    """Return the kinds of findings that were made: what needs a person first, then the most frequent."""
    counts = summary.finding_counts()
    order = {"doubt": 0, "change": 1, "note": 2}
    codes = sorted(counts, key=lambda code: order[CATALOGUE[code].severity])
    examples = summary.outcome.findings.groupby("code", sort=False).head(EXAMPLES_SHOWN)
    lines = []
    for code in codes:
        kind = CATALOGUE[code]
        lines.append(
            FindingLine(
                severity=kind.severity,
                severity_title=_(SEVERITIES[kind.severity]),
                title=_(kind.title),
                meaning=_(kind.meaning),
                remedy=_(kind.remedy),
                number=counts[code],
                examples=_read_examples(examples[examples["code"].eq(code)]),
            )
        )
    return lines


def describe_levels(levels: pd.DataFrame) -> list[LevelLine]:
    """Return the table of match weights with the place of every bar."""
    if levels.empty:
        return []
    largest = max(float(levels["weight"].abs().max()), 1.0)
    lines = []
    for entry in levels.to_dict("records"):
        weight = float(entry["weight"])
        width = abs(weight) / largest / 2
        lines.append(
            LevelLine(
                comparison=comparison_title(str(entry["comparison"])),
                level=word_for(LEVELS, str(entry["level"])),
                m=float(entry["m"]),
                u=float(entry["u"]),
                weight=weight,
                estimated=bool(entry["estimated"]),
                start=0.5 if weight >= 0 else 0.5 - width,
                width=width,
            )
        )
    return lines


def describe_settings(settings: Mapping[str, object]) -> list[SettingLine]:
    """Return the settings one by one, those of a nested table under its name (``dedup.keep``)."""
    lines = []
    for name, value in settings.items():
        nested = _as_mapping(value)
        if nested is None:
            lines.append(SettingLine(name, _write_value(value), _find_help("", name)))
        else:
            lines.extend(
                SettingLine(f"{name}.{key}", _write_value(item), _find_help(name, key)) for key, item in nested.items()
            )
    return lines


def _describe_measured(entry: Mapping[object, object]) -> ColumnLine:
    return ColumnLine(
        position=int(str(entry["position"])),
        header=str(entry["header"]),
        role=kind_of_role(str(entry["role"]), str(entry["kind"])),
        recognised_by=word_for(RECOGNISED_BY, str(entry["recognised_by"])),
        confidence=float(str(entry["confidence"])),
        filled=float(str(entry["filled"])),
        valid=float(str(entry["valid"])),
        distinct=int(str(entry["distinct"])),
        example=str(entry["example"]),
    )


def _read_examples(findings: pd.DataFrame) -> tuple[tuple[int, str, str, str], ...]:
    columns = (findings[name].tolist() for name in ("row", "column", "before", "after"))
    return tuple(zip(*columns, strict=True))


def _as_mapping(value: object) -> Mapping[str, object] | None:
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: getattr(value, item.name) for item in fields(value)}
    return None


def _write_value(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (tuple, list)):
        return ", ".join(_write_item(item) for item in value)
    return "" if value is None else str(value)


def _write_item(item: object) -> str:
    if isinstance(item, (tuple, list)):
        return "=".join(map(str, item))
    if isinstance(item, Mapping):
        # One of the rules of a config file, which has a name.
        return str(item.get("name") or item.get("reason") or "")
    return str(item)


def _find_help(step: str, name: str) -> str:
    for title, model in STEPS.items():
        if step in ("", title):
            for item in fields(model):
                if item.name == name:
                    message: str = item.metadata["help"]
                    return _(message)
    return ""
