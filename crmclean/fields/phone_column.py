"""A column of phone cells: each distinct cell once, read in Arrow with all others of its kind where it can be."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.fields.phone_cell import PhoneCell, read_cell
from crmclean.fields.phone_plain import read_plain_cells
from crmclean.fields.phone_simple import PhoneColumns, read_ordered_cells, read_short_runs
from crmclean.fields.text import one_array


@dataclass(frozen=True)
class OddCells:
    """What stands in the distinct cells that are not one plain number.

    Attributes:
        columns: the parts of the cells that were read together; the owners are rising within each item.
        places: of the cells that were read one by one.
        cells: what stands in each of them.
    """

    columns: list[PhoneColumns]
    places: NDArray[np.int64]
    cells: list[PhoneCell]


@dataclass(frozen=True)
class DistinctCells:
    """The distinct cells of a column.

    Attributes:
        codes: which distinct cell stands in each place.
        texts: the distinct cells.
        numbers: E.164 where the cell is one plain number of +7, else ``""``.
        odd: places of the cells that are not, in ``texts``.
        areas: area code of each odd cell.
        region: how numbers without ``+`` are read.
    """

    codes: NDArray[np.int64]
    texts: pa.Array
    numbers: pa.Array
    odd: NDArray[np.int64]
    areas: NDArray[np.object_]
    region: str

    def read(self) -> OddCells:
        """Return what stands in each of the odd cells."""
        without_area = self.odd[self.areas == ""]
        short = read_short_runs(self.texts.take(pa.array(without_area)), self.region).of_cells(without_area)
        left = np.setdiff1d(self.odd, short.owners, assume_unique=True)
        ordered = read_ordered_cells(self.texts.take(pa.array(left)), self.region).of_cells(left)
        is_left = np.isin(self.odd, np.concatenate([short.owners, ordered.owners]), invert=True)
        places = self.odd[is_left]
        cells = [
            read_cell(text, self.region, area)
            for text, area in zip(
                self.texts.take(pa.array(places)).to_pylist(), self.areas[is_left].tolist(), strict=True
            )
        ]
        return OddCells([short, ordered], places, cells)


def look_at(cells: pd.Series, region: str, area_codes: pd.Series | None) -> DistinctCells:
    """Return the distinct cells of a column, with the numbers of those that are one plain number.

    >>> look_at(pd.Series(["89161234567", "нет", "нет"]), "RU", None).numbers.to_pylist()
    ['+79161234567', '']
    """
    codes, distinct = pd.factorize(cells, use_na_sentinel=False)
    texts = one_array(pd.Series(distinct, dtype="str").fillna(""))
    numbers = read_plain_cells(texts, region)
    is_plain = pc.not_equal(numbers, "").to_numpy(zero_copy_only=False)
    if area_codes is None:
        odd = np.flatnonzero(~is_plain)
        return DistinctCells(codes, texts, numbers, odd, np.full(len(odd), "", dtype=np.object_), region)
    area_of_cell, areas = pd.factorize(_clean_area_codes(area_codes), use_na_sentinel=False)
    # The area matters only for cells that are no whole number: the same text in two cities is then two cells.
    pairs, paired = np.unique(codes * len(areas) + np.where(is_plain[codes], 0, area_of_cell), return_inverse=True)
    text_of_pair = pairs // max(len(areas), 1)
    numbers = numbers.take(pa.array(text_of_pair))
    odd = np.flatnonzero(~is_plain[text_of_pair])
    odd_areas = areas.to_numpy(dtype=np.object_)[pairs[odd] % max(len(areas), 1)]
    return DistinctCells(paired, texts.take(pa.array(text_of_pair)), numbers, odd, odd_areas, region)


def to_pandas(texts: pa.Array) -> pd.Series:
    """Return Arrow texts as a column.

    >>> to_pandas(pa.array(["нет"], pa.large_string())).tolist()
    ['нет']
    """
    return pd.Series(texts, dtype="str")


def _clean_area_codes(area_codes: pd.Series) -> pd.Series:
    digits = area_codes.astype("str").fillna("").str.replace(r"[^0-9]", "", regex=True)
    return digits.where(digits.str.fullmatch(r"[0-9]{3,5}"), "")
