"""Phones: the numbers of a cell, and the one standard way of writing them (E.164 unless another style is asked for).

Source of the rules: ITU-T E.164 and the national plans in phonenumbers, which is the authority. Plain spellings of
+7, and the usual ways of writing beside them, are read in whole columns; every other distinct cell by itself.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.fields.phone_column import DistinctCells, OddCells, look_at, to_pandas
from crmclean.fields.phone_plain import EMPTY
from crmclean.fields.phone_style import PhoneStyle, write_plain
from crmclean.fields.phone_writing import write_cell, write_columns


def split_phones(cells: pd.Series, region: str = "RU", area_codes: pd.Series | None = None) -> pd.DataFrame:
    """Return the numbers of every cell, one row a number.

    Args:
        cells: texts, any index.
        region: two letters; how a number without ``+`` is read.
        area_codes: of the row of each cell, in the same order, for local numbers without their own; ``""`` unknown.

    Returns:
        Columns ``position`` (0-based place of the cell), ``number`` (E.164, or ``""`` where it cannot be known),
        ``extension``, ``raw`` (the text of the number) and ``code`` (``""``, or why the number is doubtful).
        A cell that holds nothing has no row.

    >>> split_phones(pd.Series(["8 (495) 688-10-05, 106-05-06", "", "нет"]))
       position        number extension                raw          code
    0         0  +74956881005             8 (495) 688-10-05
    1         0  +74951060506                     106-05-06
    2         2                                         нет  phone-filler
    """
    seen = look_at(cells, region, area_codes)
    odd = seen.read()
    plain = np.setdiff1d(np.arange(len(seen.texts)), seen.odd, assume_unique=True)
    nothing = pa.repeat(EMPTY, len(plain))
    parts = [part for cell in odd.cells for part in cell.parts]
    part_counts = np.array([len(cell.parts) for cell in odd.cells], dtype=np.int64)
    # First the cells that are one plain number, then the others: brought into the order of the cells at the end.
    columns = {
        "number": [seen.numbers.take(pa.array(plain)), *(read.number for read in odd.columns)],
        "extension": [nothing, *(read.extension for read in odd.columns)],
        "raw": [seen.texts.take(pa.array(plain)), *(read.raw for read in odd.columns)],
        "code": [nothing, *(read.code for read in odd.columns)],
    }
    columns["number"].append(_as_texts([part.number for part in parts]))
    columns["extension"].append(_as_texts([part.extension for part in parts]))
    columns["raw"].append(_as_texts([part.raw for part in parts]))
    columns["code"].append(_as_texts([part.code for part in parts]))
    owners = np.concatenate([plain, *(read.owners for read in odd.columns), np.repeat(odd.places, part_counts)])
    position, taken = _place_parts(owners, seen)
    frame = pd.DataFrame(
        {name: to_pandas(pa.concat_arrays(pieces)).array.take(taken) for name, pieces in columns.items()}
    )
    frame.insert(0, "position", position)
    return frame


def _place_parts(owners: NDArray[np.int64], seen: DistinctCells) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for every number of the column the place of its cell and which part it is; given the cell of each."""
    order = np.argsort(owners, kind="stable")
    counts = np.bincount(owners, minlength=len(seen.texts))
    starts = np.cumsum(counts) - counts
    per_cell = counts[seen.codes]
    position = np.repeat(np.arange(len(seen.codes), dtype=np.int64), per_cell)
    within = np.arange(len(position)) - np.repeat(np.cumsum(per_cell) - per_cell, per_cell)
    return position, order[np.repeat(starts[seen.codes], per_cell) + within]


def _as_texts(values: list[str]) -> pa.Array:
    return pa.array(values, pa.large_string())


def normalize_phones(
    cells: pd.Series,
    region: str = "RU",
    joiner: str = ", ",
    area_codes: pd.Series | None = None,
    style: PhoneStyle = "e164",
) -> pd.DataFrame:
    """Return every cell with its numbers written in one style.

    A cell with any part that cannot be known stays exactly as it is. Words beside a number follow it in brackets;
    where it cannot be told whose the words are, they stay in their places.

    Args:
        cells: texts, any index.
        region: two letters; how a number without ``+`` is read.
        joiner: what stands between the numbers of one cell.
        area_codes: of the row of each cell, in the same order, for numbers of five to seven digits; ``""`` unknown.
            Code and number must make ten digits, else the cell stays.
        style: how numbers are written.

    Returns:
        Columns ``value`` and ``code`` (``phone-normalized``, ``phone-area-added``, a doubt, or ``""``), same index as
        ``cells``.

    >>> normalize_phones(pd.Series(["8 916 123-45-67 доб. 15", "касса: 84951060506", "344-67-18"]))
                             value                code
    0        +79161234567 доб. 15    phone-normalized
    1        +74951060506 (касса)    phone-normalized
    2                   344-67-18  phone-no-area-code
    >>> normalize_phones(pd.Series(["72-14-31"]), area_codes=pd.Series(["4852"]), style="national")
                   value              code
    0  8 (485) 272-14-31  phone-area-added
    """
    seen = look_at(cells, region, area_codes)
    odd = seen.read()
    is_plain = pc.not_equal(seen.numbers, "")
    plain = pc.if_else(is_plain, write_plain(seen.numbers, style), seen.texts)
    is_changed = pc.not_equal(plain, seen.texts).to_numpy(zero_copy_only=False)
    values, codes = [plain], [pa.array(["", "phone-normalized"], pa.large_string())]
    # Where the value and the code of each distinct cell stand in all that is written.
    value_at, code_at = np.arange(len(plain)), is_changed.astype(np.int64)
    written = [write_columns(read, seen.texts, joiner, style) for read in odd.columns]
    written.append(_write_one_by_one(odd, seen.texts, joiner, style))
    for places, cell_values, cell_codes in written:
        value_at[places] = sum(map(len, values)) + np.arange(len(places))
        code_at[places] = sum(map(len, codes)) + np.arange(len(places))
        values.append(cell_values)
        codes.append(cell_codes)
    return pd.DataFrame(
        {
            "value": to_pandas(pa.concat_arrays(values)).array.take(value_at[seen.codes]),
            "code": to_pandas(pa.concat_arrays(codes)).array.take(code_at[seen.codes]),
        },
        index=cells.index,
    )


def _write_one_by_one(
    odd: OddCells, texts: pa.Array, joiner: str, style: PhoneStyle
) -> tuple[NDArray[np.int64], pa.Array, pa.Array]:
    written = [
        write_cell(text, cell, joiner, style)
        for text, cell in zip(texts.take(pa.array(odd.places)).to_pylist(), odd.cells, strict=True)
    ]
    return odd.places, _as_texts([value for value, _ in written]), _as_texts([code for _, code in written])
