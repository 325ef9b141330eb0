"""Result and truth side by side: which records of the two are the same, or why that cannot be told."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.errors import FileError
from crmclean.core.i18n import _, ngettext
from crmclean.files.lists import Listing

RESULT_COLUMNS: Final = ("row", "id", "cluster_id", "likely_id", "company_id", "household_id")
TRUTH_COLUMNS: Final = ("row", "id", "person_id", "company_id", "household_id", "class")
TRUE_LABELS: Final = ("person_id", "company_id", "household_id")

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True)
class SideBySide:
    """The records that the truth knows.

    Attributes:
        found: what the result says of them, a line each; the columns of ``RESULT_COLUMNS`` that it has.
        truth: what is true of them, in the same order; the columns of ``TRUTH_COLUMNS`` that it has.
        joined_by: ``row`` or ``id``.
        rows: records of the result.
        places: for each record of the truth its place in the result, from 0.
    """

    found: pd.DataFrame
    truth: pd.DataFrame
    joined_by: str
    rows: int
    places: Numbers


def put_side_by_side(result: Listing, truth: Listing) -> SideBySide:
    """Return the records of the truth beside what the result says of them: by ``row``, or by ``id`` where one has none.

    Raises:
        FileError: a file has no records or lacks a column, names a record twice or not at all, or the truth names one
            that the result lacks.
    """
    _require(result, "cluster_id")
    if not any(name in truth.frame for name in TRUE_LABELS):
        raise FileError(
            _("{path} has none of the columns {columns}.").format(path=truth.path, columns=", ".join(TRUE_LABELS)),
            _("The truth says who a record is: records with the same person_id are one person."),
        )
    for listing in (result, truth):
        if listing.frame.empty:
            raise FileError(_("{path} has no records.").format(path=listing.path), _("Write the file again."))
    key = next((name for name in ("row", "id") if name in result.frame and name in truth.frame), "")
    if not key:
        raise FileError(
            _("{result} and {truth} have no column in common that tells a record.").format(
                result=result.path, truth=truth.path
            ),
            _("Both need a column “row” (the number of the record, from 1) or “id”."),
        )
    found_keys, true_keys = _unique_keys(result, key), _unique_keys(truth, key)
    places = found_keys.get_indexer(true_keys)
    if (places < 0).any():
        raise _not_in_result(result, truth, key, truth.frame.loc[places < 0, key])
    found = result.frame.iloc[places].reset_index(drop=True)
    return SideBySide(found, truth.frame, key, len(result.frame), places.astype(np.int64))


def row_numbers(listing: Listing, column: str) -> Numbers:
    """Return a column of row numbers as integers.

    Raises:
        FileError: the column is missing, or a cell is no whole number.
    """
    _require(listing, column)
    cells = pa.array(listing.frame[column], type=pa.large_string())
    whole = pc.match_substring_regex(cells, r"^[0-9]{1,15}$")
    _refuse_cells(listing, column, ~np.asarray(whole), _("{path}: “{value}” in {column} is no whole number."))
    return np.asarray(cells.cast(pa.int64()))


def shares(listing: Listing, column: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return a column of probabilities as numbers; a decimal comma will do.

    Raises:
        FileError: the column is missing, or a cell is no number from 0 to 1.
    """
    _require(listing, column)
    cells = pc.replace_substring(pa.array(listing.frame[column], type=pa.large_string()), ",", ".")
    number = pc.match_substring_regex(cells, r"^(0(\.[0-9]*)?|1(\.0*)?|[0-9](\.[0-9]+)?[eE]-[0-9]+)$")
    _refuse_cells(listing, column, ~np.asarray(number), _("{path}: “{value}” in {column} is no number from 0 to 1."))
    return np.asarray(cells.cast(pa.float64()))


def words(listing: Listing, column: str, allowed: tuple[str, ...]) -> "pd.Series[str]":
    """Return a column that holds one of a few words.

    Raises:
        FileError: the column is missing, or a cell is none of them.
    """
    _require(listing, column)
    cells = listing.frame[column]
    wrong = ~cells.isin(allowed).to_numpy()
    _refuse_cells(listing, column, wrong, _("{path}: “{value}” in {column} is not known."), ", ".join(allowed))
    return cells


def _require(listing: Listing, column: str) -> None:
    if column not in listing.frame:
        raise FileError(
            _("{path} has no column “{column}”.").format(path=listing.path, column=column),
            _("Its first line must name the columns."),
        )


def _refuse_cells(
    listing: Listing, column: str, wrong: "np.ndarray[tuple[int], np.dtype[np.bool_]]", message: str, known: str = ""
) -> None:
    if wrong.any():
        value = listing.frame[column].iloc[int(wrong.argmax())]
        hint = _("Known are: {names}.").format(names=known) if known else _("Correct the file and try again.")
        raise FileError(message.format(path=listing.path, value=value, column=column), hint)


def _unique_keys(listing: Listing, key: str) -> "pd.Index[int] | pd.Index[str]":
    cells = listing.frame[key]
    empty = int(cells.eq("").sum())
    if empty:
        text = ngettext(
            "{path} has {number} record without “{key}”.", "{path} has {number} records without “{key}”.", empty
        )
        raise FileError(
            text.format(path=listing.path, number=empty, key=key),
            _("By “{key}” the records of both files are put side by side: each needs its own.").format(key=key),
        )
    keys = pd.Index(row_numbers(listing, key)) if key == "row" else pd.Index(cells)
    if not keys.is_unique:
        raise FileError(
            _("{path} names “{key}” {value} more than once.").format(
                path=listing.path, key=key, value=keys[keys.duplicated()][0]
            ),
            _("By “{key}” the records of both files are put side by side: each needs its own.").format(key=key),
        )
    return keys


def _not_in_result(result: Listing, truth: Listing, key: str, missing: "pd.Series[str]") -> FileError:
    number = len(missing)
    text = ngettext(
        "{result} lacks {number} record that {truth} names, “{key}” {value}.",
        "{result} lacks {number} records that {truth} names, the first is “{key}” {value}.",
        number,
    )
    return FileError(
        text.format(result=result.path, truth=truth.path, number=number, key=key, value=missing.iloc[0]),
        _("Are the two of one base? A result has a line for every record of it, those merged away included."),
    )
