"""Bring exports of different systems together in one base, each record knowing where it came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.core.errors import FileError
from crmclean.core.finding import join_findings, make_findings, no_findings
from crmclean.core.i18n import _
from crmclean.core.step import Outcome, check_balance
from crmclean.core.table import ADDED_PREFIX, FileFormat, Origin, Table
from crmclean.fields.text import one_array
from crmclean.files.reading import SPREADSHEET_DIALECT
from crmclean.workflows.base_columns import column_of, lay_out, order_headings

SOURCE: Final = "crmclean_source"
SOURCE_ROW: Final = "crmclean_source_row"
SOURCE_ID: Final = "crmclean_source_id"
SOURCE_COLUMNS: Final = (SOURCE, SOURCE_ROW, SOURCE_ID)
"""Where each record of a base came from: file, data row in it (from 1), ID there. They stand last."""

_BETWEEN_CELLS: Final = "\x1f"


@dataclass(frozen=True)
class Source:
    """One export that goes into the base.

    Attributes:
        name: what its records have in ``crmclean_source``; distinct within one call.
        table: its records.
        findings: what was seen when it was read.
        is_known: an earlier run brought this very file in already: nothing of it is added.
    """

    name: str
    table: Table
    findings: pd.DataFrame = field(default_factory=no_findings)
    is_known: bool = False


@dataclass(frozen=True)
class _Part:
    """What one source adds: its new records, laid out, and which of its rows they are (from 0)."""

    records: pd.DataFrame
    rows: NDArray[np.int64]
    differing: NDArray[np.int64]


def import_base(base: Table | None, sources: Sequence[Source], origin: Origin) -> Outcome:
    """Return the base with the records of the sources added; the records that it has stay as they are.

    A record that the base has from the same source with the same content is not added again. One whose ID there (or
    row, where it has no ID) is known with other content is added beside the old one, with a finding.

    Args:
        base: the base as it is; ``None`` where it is made.
        sources: what goes into it, in this order.
        origin: how a base that is made is to be written.

    Returns:
        The base, and the table ``sources`` (one line each: source, path, system, entity, rows, added, known,
        differing). Rows of findings are those of the base; findings on records that are not added are left out.

    Raises:
        FileError: ``base`` was not made by an import.
    """
    before = pd.DataFrame({name: pd.Series(dtype="str") for name in SOURCE_COLUMNS})
    if base is not None:
        check_is_base(base)
        before = base.frame
    parts = [_new_records(before, source) for source in sources]
    adding = [part for part in parts if base is None or len(part.rows)]
    names = order_headings([*before.columns, *(name for part in adding for name in part.records.columns)])
    names = [*(name for name in names if name not in SOURCE_COLUMNS), *SOURCE_COLUMNS]
    frames = [frame.reindex(columns=names, fill_value="") for frame in (before, *(part.records for part in parts))]
    frame = pd.concat(frames, ignore_index=True).astype("str")
    kept = {} if base is None else {column.name: column for column in base.columns}
    columns = tuple(kept.get(name) or column_of(name) for name in names)
    figures = _figures(len(before), sources, parts)
    check_balance(len(before) + int(figures["rows_in"]), len(frame), int(figures["known"]))
    table = Table(frame, columns, origin if base is None else base.origin)
    findings = _findings(len(before), sources, parts)
    return Outcome(table, findings, {"sources": _describe(sources, parts)}, figures)


def check_is_base(table: Table) -> None:
    """Check that a table was made by an import.

    Raises:
        FileError: it lacks the columns that say where its records came from.
    """
    missing = [name for name in SOURCE_COLUMNS if name not in table.frame.columns]
    if missing:
        raise FileError(
            _("{path} was not made by “crmclean import”: it has no column {column}.").format(
                path=table.origin.path, column=missing[0]
            ),
            _("Name another file with -o; this one can be brought in like any export."),
        )


def origin_of_base(path: str, format: FileFormat) -> Origin:
    """Return how a new base is written: as the CSV that a Russian Excel opens by a double click, or as XLSX."""
    return Origin(path=path, format=format, encoding="utf-8", bom=True, dialect=SPREADSHEET_DIALECT)


def name_sources(paths: Sequence[str]) -> list[str]:
    """Return what the records of each file are to have as their source: its name, with folders where names are equal.

    >>> name_sources(["a/export.csv", "b/export.csv", "b/leads.csv"])
    ['a/export.csv', 'b/export.csv', 'leads.csv']
    """
    parts = [PurePath(path).parts for path in paths]
    names = ["/".join(part[-1:]) for part in parts]
    for length in range(2, max(map(len, parts), default=0) + 1):
        names = [
            "/".join(part[-length:]) if names.count(name) > 1 else name for part, name in zip(parts, names, strict=True)
        ]
    return names


def _new_records(base: pd.DataFrame, source: Source) -> _Part:
    """Return the records of a source that the base does not have."""
    table = source.table
    records = lay_out(table, table.origin.system or source.name)
    records[SOURCE] = pd.Series(source.name, index=records.index, dtype="str")
    records[SOURCE_ROW] = pd.Series(np.arange(1, len(table) + 1), dtype="int64").astype("str")
    records[SOURCE_ID] = table.coalesced("id")
    if source.is_known:
        nothing = np.empty(0, dtype=np.int64)
        return _Part(records.iloc[:0], nothing, nothing)
    own = base[base[SOURCE].eq(source.name)].reset_index(drop=True)
    is_new, is_left = _unmatched(records, own)
    rows = np.flatnonzero(is_new)
    added = records.iloc[rows].reset_index(drop=True)
    return _Part(added, rows, np.flatnonzero(_has_other_content(added, own[is_left])))


def _unmatched(records: pd.DataFrame, own: pd.DataFrame) -> "tuple[NDArray[np.bool_], NDArray[np.bool_]]":
    """Return which records the base lacks, and which of its own the source no longer has in this form.

    The n-th copy of a record is matched with the n-th copy in the base. The row says nothing: a record that was
    deleted in the CRM moves all that follow.
    """
    if own.empty:
        return np.ones(len(records), dtype=np.bool_), np.ones(0, dtype=np.bool_)
    names = sorted({name for name in (*records, *own) if not name.startswith(ADDED_PREFIX)})
    texts = pa.concat_arrays([_contents(records, names), _contents(own, names)])
    content = texts.dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)
    here, there = _count_copies(content[: len(records)]), _count_copies(content[len(records) :])
    copies = int(max(here.max(initial=0), there.max(initial=0))) + 1
    here, there = content[: len(records)] * copies + here, content[len(records) :] * copies + there
    return ~np.isin(here, there), ~np.isin(there, here)


def _contents(frame: pd.DataFrame, names: Sequence[str]) -> pa.Array:
    """Return all cells of each row as one text; line breaks are all of one kind, as in a workbook."""
    text = pa.large_string()
    empty = pa.scalar("", text)
    cells = [one_array(frame[name]) if name in frame else empty for name in names]
    texts = pc.binary_join_element_wise(*cells, pa.scalar(_BETWEEN_CELLS, text))
    return pc.replace_substring(pc.replace_substring(texts, "\r\n", "\n"), "\r", "\n")


def _count_copies(content: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each row how many of the rows above have the same content."""
    series = pd.Series(content)
    copies: NDArray[np.int64] = series.groupby(series).cumcount().to_numpy().astype(np.int64)
    return copies


def _has_other_content(added: pd.DataFrame, left: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which of the added records stand in the base with the same ID, or without any ID in the same row."""
    has_id = added[SOURCE_ID].ne("")
    by_id = added[SOURCE_ID].isin(left[SOURCE_ID])
    by_row = added[SOURCE_ROW].isin(left.loc[left[SOURCE_ID].eq(""), SOURCE_ROW])
    return by_id.where(has_id, by_row).to_numpy(np.bool_)


def _figures(size: int, sources: Sequence[Source], parts: Sequence[_Part]) -> Mapping[str, float]:
    read = sum(len(source.table) for source in sources)
    added = sum(len(part.rows) for part in parts)
    return {
        "files": len(sources),
        "rows_in": read,
        "rows_out": size + added,
        "merged": 0,
        "added": added,
        "known": read - added,
        "base_rows": size + added,
        "differing": sum(len(part.differing) for part in parts),
        "doubtful": sum(len(part.differing) for part in parts),
    }


def _describe(sources: Sequence[Source], parts: Sequence[_Part]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "source": source.name,
                "path": source.table.origin.path,
                "system": source.table.origin.system,
                "entity": source.table.origin.entity,
                "rows": len(source.table),
                "added": len(part.rows),
                "known": len(source.table) - len(part.rows),
                "differing": len(part.differing),
            }
            for source, part in zip(sources, parts, strict=True)
        ]
    )


def _findings(size: int, sources: Sequence[Source], parts: Sequence[_Part]) -> pd.DataFrame:
    """Return what was seen in the sources, its rows those of the base, its columns with the name of the source."""
    found: list[pd.DataFrame] = []
    start = size
    for source, part in zip(sources, parts, strict=True):
        found.append(_in_base_rows(source, part.rows, start))
        if len(part.differing):
            identity = part.records[SOURCE_ID].iloc[part.differing]
            codes = ["import-differs"] * len(part.differing)
            found.append(make_findings(start + part.differing + 1, f"{source.name}: ID", codes, identity, identity))
        start += len(part.rows)
    return join_findings(found)


def _in_base_rows(source: Source, rows: NDArray[np.int64], start: int) -> pd.DataFrame:
    seen = source.findings
    if seen.empty or source.is_known:
        return no_findings()
    row = seen["row"].to_numpy(np.int64)
    place = np.searchsorted(rows, row - 1)
    is_added = np.isin(row - 1, rows)
    about_file = row == 0
    moved = seen.assign(row=np.where(about_file, 0, start + place + 1), column=source.name + ": " + seen["column"])
    kept: pd.DataFrame = moved[about_file | is_added].reset_index(drop=True)
    return kept.astype({"column": "str", "row": "int64"})
