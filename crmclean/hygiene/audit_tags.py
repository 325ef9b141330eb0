"""Tags and other values from a list: those that the list does not know, and spellings of one value in several ways."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.i18n import N_
from crmclean.core.section import Section, SectionColumn
from crmclean.core.table import ADDED_PREFIX, Column, Table
from crmclean.fields.tag import join_once, part_values
from crmclean.fields.tag_spelling import find_leading_spellings
from crmclean.fields.text import distinct_texts
from crmclean.fields.vocabulary import fold_into_vocabulary
from crmclean.files.headings import heading_key
from crmclean.hygiene.audit_kinds import Bools

TAGS_SECTION: Final = Section(
    "tags",
    N_("Tags off the list"),
    (
        SectionColumn("column", N_("Column")),
        SectionColumn("value", N_("Value")),
        SectionColumn("meant", N_("Probably meant")),
        SectionColumn("records", N_("Records"), "count"),
    ),
    N_("Without a list (--vocabulary) only spellings that resemble a more frequent one."),
)

_UNKNOWN: Final = frozenset({"tag-doubtful", "tag-not-in-vocabulary"})


@dataclass(frozen=True)
class TagVerdicts:
    """What is known of the tags.

    Attributes:
        unknown: records with a value that the list does not have.
        variant: records with another spelling of a value.
        table: one line per such value: ``column, value, meant`` (``""`` where nothing resembles it), ``records``.
        has_vocabulary: a column has a list of allowed values.
    """

    unknown: Bools
    variant: Bools
    table: pd.DataFrame
    has_vocabulary: bool


def check_tags(table: Table, vocabulary: tuple[tuple[str, str], ...]) -> TagVerdicts:
    """Return what is known of the tags, and of every other column that the settings give a list for.

    Args:
        vocabulary: pairs of heading (or role) and allowed value.
    """
    allowed: dict[str, list[str]] = {}
    for heading, value in vocabulary:
        allowed.setdefault(heading_key(heading), []).append(value)
    unknown, variant = np.zeros(len(table), dtype=np.bool_), np.zeros(len(table), dtype=np.bool_)
    lines: list[tuple[str, str, str, int]] = []
    has_vocabulary = False
    for column in table.columns:
        words = allowed.get(heading_key(column.header)) or allowed.get(heading_key(column.role))
        if column.header.startswith(ADDED_PREFIX) or not (words or column.role == "tags"):
            continue
        has_vocabulary |= bool(words)
        of_unknown, of_variant, of_column = _check_column(table, column, words)
        unknown |= of_unknown
        variant |= of_variant
        lines += of_column
    frame = pd.DataFrame(lines, columns=["column", "value", "meant", "records"])
    frame = frame.astype({"column": "str", "value": "str", "meant": "str", "records": "int64"})
    frame = frame.sort_values("records", ascending=False, kind="stable", ignore_index=True)
    return TagVerdicts(unknown, variant, frame, has_vocabulary)


def _check_column(
    table: Table, column: Column, words: list[str] | None
) -> tuple[Bools, Bools, list[tuple[str, str, str, int]]]:
    """Return which records have an unknown value, which a variant, and the lines of the list."""
    codes, texts = distinct_texts(table.frame[column.name])
    # One cell may hold several tags; of any other column it is one value as a whole.
    is_allowed = frozenset(words or ())
    parted = [
        [text.strip()]
        if text.strip() in is_allowed
        else join_once(part_values(text))
        if column.role == "tags"
        else [text.strip()]
        if text.strip()
        else []
        for text in texts
    ]
    counts: dict[str, int] = {}
    for values, count in zip(parted, np.bincount(codes, minlength=len(texts)).tolist(), strict=True):
        for value in values:
            counts[value] = counts.get(value, 0) + count
    unknown, variant = _judge_values(list(counts), counts, words)
    marks = [[any(value in found for value in values) for values in parted] for found in (unknown, variant)]
    of_cells = [np.array(mark, dtype=np.bool_)[codes] for mark in marks]
    lines = [(column.header, value, meant, counts[value]) for value, meant in {**unknown, **variant}.items()]
    return of_cells[0], of_cells[1], lines


def _judge_values(
    values: list[str], counts: dict[str, int], words: list[str] | None
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the values that the list lacks and those that only are spelled otherwise, each with what it may mean."""
    if not words:
        return {}, find_leading_spellings(counts)
    found = fold_into_vocabulary(pd.Series(values, dtype="str"), words)
    unknown: dict[str, str] = {}
    variant: dict[str, str] = {}
    for value, code, folded, suggestion in zip(
        values, found["code"].tolist(), found["value"].tolist(), found["suggestion"].tolist(), strict=True
    ):
        if code in _UNKNOWN:
            unknown[value] = suggestion
        elif code:
            variant[value] = folded
    return unknown, variant
