"""What the columns of a table say to rules as texts: folded, and part by part where one cell holds several values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.fields.city import normalize_cities
from crmclean.fields.email import email_keys, split_emails
from crmclean.fields.phone import split_phones
from crmclean.fields.tag import split_values
from crmclean.fields.text import encode_texts, fold, fold_cells, fold_texts, one_array
from crmclean.segmenting.rule_cells import as_bools
from crmclean.segmenting.rule_columns import Bools, ColumnReader, Numbers, keep
from crmclean.segmenting.rule_sources import Source

Use = Literal["equal", "has", "match"]
"""What texts are asked for: ``equal`` with keys of phones, addresses and cities and single tags beside the whole cell,
``has`` with the values of any cell too, ``match`` for texts of which a part is looked for."""

_SEPARATED: Final = r"[,;\n\r]|\s:::\s"


@dataclass(frozen=True)
class Texts:
    """Texts that the distinct cells of a column hold: each its own, or several of each.

    Attributes:
        owners: for each text the place of its cell among the distinct ones; None where each cell is its own text.
        texts: folded.
    """

    owners: npt.NDArray[np.int64] | None
    texts: pa.Array


class TextFinder:
    """Looks for texts in the columns of a table."""

    def __init__(self, columns: ColumnReader, region: str) -> None:
        self._columns = columns
        self._region = region
        self._folded: dict[str, Texts] = {}
        self._parts: dict[tuple[str, str], Texts] = {}
        self._cities: dict[str, Texts] = {}
        self._counts: dict[Source, Numbers] = {}

    def find(self, source: Source, use: Use, ask: Callable[[pa.Array], pa.Array]) -> Bools:
        """Tell which rows hold, in any column of a source, a text of which something is true."""
        found = np.zeros(len(self._columns.table), dtype=np.bool_)
        for column in source.columns:
            hits = np.zeros(len(self._columns.distinct(column)[1]), dtype=np.bool_)
            for texts in self._texts(column, source.role, use):
                true = as_bools(ask(texts.texts))
                if texts.owners is None:
                    hits |= true
                else:
                    hits[texts.owners[true]] = True
            found |= self._columns.spread(column, hits)
        return found

    def _texts(self, column: str, role: str, use: Use) -> list[Texts]:
        found = [self.fold(column)]
        # The key of an address may spell its domain otherwise: no part of it is looked for.
        if role == "phone" or (role == "email" and use != "match"):
            found.append(self._part(column, role))
        if role == "city" and use != "match":
            found.append(keep(self._cities, column, lambda: self._read_cities(column)))
        if role == "tags" or use == "has" or (role == "email" and use == "match"):
            found.append(self._part(column, ""))
        return found

    def fold(self, column: str) -> Texts:
        """Return the whole cells of a column, folded."""
        return keep(self._folded, column, lambda: Texts(None, fold_texts(one_array(self._columns.distinct(column)[1]))))

    def _read_cities(self, column: str) -> Texts:
        return Texts(None, one_array(fold_cells(normalize_cities(self._columns.distinct(column)[1])["value"])))

    def _part(self, column: str, role: str) -> Texts:
        return keep(self._parts, (column, role), lambda: self._read_parts(column, role))

    def _read_parts(self, column: str, role: str) -> Texts:
        """Return the values of the distinct cells of a column, of phones and addresses their keys."""
        cells = self._columns.distinct(column)[1]
        if role == "phone":
            numbers = split_phones(cells, self._region)
            return _make_texts(numbers["position"], numbers["number"])
        if role == "email":
            mails = split_emails(cells)
            return _make_texts(mails["position"], email_keys(mails["address"]))
        # A cell of one value is its own text.
        several = np.flatnonzero(as_bools(pc.match_substring_regex(one_array(cells), _SEPARATED)))
        parts = split_values(cells.iloc[several])
        return _make_texts(several[parts["position"]], fold_cells(parts["value"]))

    def spell(self, text: str, role: str) -> pa.Array:
        """Return the texts that a text of a rule is equal to, in a column of this role."""
        cells = pd.Series([text], dtype="str")
        spelled = {fold(text)}
        if role == "phone":
            spelled.update(split_phones(cells, self._region)["number"].tolist())
        elif role == "email":
            spelled.update(email_keys(split_emails(cells)["address"]).tolist())
        elif role == "city":
            spelled.update(fold_cells(normalize_cities(cells)["value"]).tolist())
        return pa.array(sorted(spelled - {""}), pa.large_string())

    def count(self, source: Source) -> Numbers:
        """Return how many different values each row has in the columns of a source."""
        return keep(self._counts, source, lambda: self._count(source))

    def _count(self, source: Source) -> Numbers:
        parts = [self._parts_to_count(column, source) for column in source.columns]
        if len(parts) == 1:
            codes, cells = self._columns.distinct(source.columns[0])
            return _count_different([_owners(parts[0])], [parts[0].texts], len(cells))[codes]
        rows = [self._rows_of(column, part) for column, part in zip(source.columns, parts, strict=True)]
        texts = [part.texts.take(pa.array(taken)) for part, (_rows, taken) in zip(parts, rows, strict=True)]
        return _count_different([of_rows for of_rows, _taken in rows], texts, len(self._columns.table))

    def _parts_to_count(self, column: str, source: Source) -> Texts:
        if source.role in ("phone", "email"):
            return self._part(column, source.role)
        cells = self.fold(column).texts
        parts = self._part(column, "")
        several = np.zeros(len(cells), dtype=np.bool_)
        if source.kind not in ("number", "date"):
            several[_owners(parts)] = True
        single = np.flatnonzero(as_bools(pc.not_equal(cells, "")) & ~several)
        if not several.any():
            return Texts(single, cells.take(pa.array(single)))
        owners = np.concatenate([single, _owners(parts)])
        order = np.argsort(owners, kind="stable")
        texts = pa.concat_arrays([cells.take(pa.array(single)), parts.texts])
        return Texts(owners[order], texts.take(pa.array(order)))

    def _rows_of(self, column: str, part: Texts) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return for every row that holds a value its number, and which value it is."""
        codes, cells = self._columns.distinct(column)
        counts = np.bincount(_owners(part), minlength=len(cells))
        starts, of_row = np.cumsum(counts) - counts, counts[codes]
        rows = np.repeat(np.arange(len(codes)), of_row)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(of_row) - of_row, of_row)
        return rows, np.repeat(starts[codes], of_row) + within


def _count_different(owners: list[npt.NDArray[np.int64]], texts: list[pa.Array], size: int) -> Numbers:
    """Return for each owner how many different texts it has."""
    if not owners:
        return np.zeros(size, dtype=np.float64)
    of_all = np.concatenate(owners)
    is_single = len(of_all) < 2 or bool((np.diff(of_all) > 0).all())
    if not is_single:
        codes, distinct = encode_texts(pd.Series(pa.chunked_array(texts), dtype="str"))
        of_all = np.unique(of_all * max(len(distinct), 1) + codes) // max(len(distinct), 1)
    return np.bincount(of_all, minlength=size).astype(np.float64)


def _owners(texts: Texts) -> npt.NDArray[np.int64]:
    return np.arange(len(texts.texts)) if texts.owners is None else texts.owners


def _make_texts(owners: npt.ArrayLike, texts: pd.Series) -> Texts:
    known = texts.ne("").to_numpy(dtype=np.bool_)
    return Texts(np.asarray(owners, dtype=np.int64)[known], one_array(texts[known]))
