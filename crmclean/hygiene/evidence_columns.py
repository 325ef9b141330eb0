"""Files that tell what became of letters and calls: which column says what, and what could not be read.

The headings stand in ``data/evidence_headings.toml``; a column that no heading explains is taken for what its cells
are. ``bounces`` and ``calls`` say what the cells mean.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.core.errors import UsageError
from crmclean.core.i18n import N_, _
from crmclean.core.table import Table
from crmclean.fields.date import parse_dates
from crmclean.fields.text import encode_texts, one_array, take_texts
from crmclean.files.headings import heading_key

EvidenceKind = Literal["bounces", "calls"]

UNREAD_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "empty": N_("empty line"),
        "no-address": N_("no e-mail address"),
        "address-impossible": N_("impossible e-mail address"),
        "no-number": N_("no phone number, or a hidden one"),
        "number-impossible": N_("impossible phone number"),
        "internal": N_("call between own numbers"),
        "side-unknown": N_("not clear which of the two numbers is the client's"),
    }
)
"""Why a line says nothing usable, by the code in ``Evidence.unread``."""

# Roles that say more of a column of results, and are no role of their own.
_REFINING: Final = ("cause", "bitrix", "lost")
# No year of four digits lies so far from 1970.
_DAYS: Final = 1 << 23
_SAMPLE: Final = 300
_MOSTLY: Final = 0.6
_SHOWN_HEADINGS: Final = 30
_TAIL: Final = re.compile(r"\s*(?:\([^()]*\)|,[^,]*)\s*$")
_SHORT_YEAR: Final = r"^(\s*[0-9]{1,2}\.[0-9]{1,2}\.)([0-9]{2})($|[^0-9])"
_HAS_CLOCK: Final = r"[0-9]:[0-9]{2}"
_EPOCH: Final = r"^[0-9]{10}(?:[0-9]{3})?(?:\.[0-9]+)?$"
_DATE_LIKE: Final = r"^\s*[0-9]{1,4}[.\-/][0-9]{1,2}[.\-/][0-9]{2,4}"


@dataclass(frozen=True)
class Evidence:
    """What a file says, line by line.

    Attributes:
        frame: one row per address or number of a line; ``row`` is the 1-based data row, 0 a first record that was
            taken for the heading. The other columns are those of ``read_bounces`` and ``read_calls``.
        unread: ``row`` and ``reason`` (a key of ``UNREAD_REASONS``) of the lines that say nothing usable. Every line
            of the file stands in ``frame`` or here.
        columns: what was read from where: pairs of role and heading.
    """

    frame: pd.DataFrame
    unread: pd.DataFrame
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Lines:
    """The lines of a file with their columns found.

    Attributes:
        frame: the cells, ``str``.
        rows: the 1-based data row of each line.
        roles: the columns of each role, the best first; empty where a role has none.
        headless: the file has no heading.
        headers: heading of each column of ``frame``.
    """

    frame: pd.DataFrame
    rows: NDArray[np.int64]
    roles: Mapping[str, tuple[str, ...]]
    headless: bool
    headers: Mapping[str, str]

    def of(self, role: str) -> tuple[str, ...]:
        """Return the columns of a role."""
        return self.roles.get(role, ())

    def cells(self, role: str) -> pd.Series:
        """Return the cells of a role: of each line those of the first column that is filled; ``""`` without one."""
        cells = pd.Series("", index=self.frame.index, dtype="str")
        for name in self.of(role):
            cells = (
                self.frame[name].str.strip()
                if cells.eq("").all()
                else cells.where(cells.ne(""), self.frame[name].str.strip())
            )
        return cells

    def used(self) -> tuple[tuple[str, str], ...]:
        """Return pairs of role and heading."""
        return tuple((role, self.headers[name]) for role, names in self.roles.items() for name in names)


@cache
def _headings(kind: EvidenceKind) -> dict[str, dict[str, int]]:
    """Return for every role its heading keys with their rank."""
    source = files("crmclean.hygiene").joinpath("data/evidence_headings.toml").read_text("utf-8")
    roles: dict[str, list[str]] = tomllib.loads(source)[kind]
    return {
        role: {heading_key(name): place for place, name in reversed(list(enumerate(names)))}
        for role, names in roles.items()
    }


def names_role(header: str, kind: EvidenceKind, role: str) -> bool:
    """Tell whether a heading is one of those of a role.

    >>> names_role("Длительность, сек", "calls", "total"), names_role("Сумма", "calls", "total")
    (True, False)
    """
    return _rank(header, _headings(kind)[role]) is not None


def _rank(header: str, names: Mapping[str, int]) -> int | None:
    shortened = _TAIL.sub("", header)
    return next((names[key] for key in (heading_key(header), heading_key(shortened)) if key in names), None)


def find_lines(table: Table, kind: EvidenceKind, first_is_record: Callable[[str], bool]) -> Lines:
    """Return the lines of a table and the columns that headings explain; each column plays one role.

    Args:
        table: as it was read.
        kind: whose headings are looked for.
        first_is_record: tells of the only heading of a list whether it is a record itself.
    """
    frame, first = table.frame, 1
    headless = table.origin.header_row == 0
    if len(table.columns) == 1 and not headless and first_is_record(table.columns[0].header):
        top = pd.DataFrame({table.columns[0].name: [table.columns[0].header]}, dtype="str")
        frame, first, headless = pd.concat([top, frame], ignore_index=True), 0, True
    found: dict[str, list[tuple[int, int, str]]] = {}
    for place, column in enumerate(table.columns):
        for role, names in _headings(kind).items() if not headless else ():
            rank = _rank(column.header, names)
            if rank is not None and role not in _REFINING:
                found.setdefault(role, []).append((rank, place, column.name))
    roles = {role: tuple(name for _rank, _place, name in sorted(columns)) for role, columns in found.items()}
    return Lines(
        frame=frame,
        rows=np.arange(first, first + len(frame), dtype=np.int64),
        roles=_take_apart(roles),
        headless=headless,
        headers={column.name: column.header for column in table.columns},
    )


def _take_apart(roles: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Leave each column the first of its roles, in the order of the data file."""
    taken: set[str] = set()
    settled: dict[str, tuple[str, ...]] = {}
    for role, names in roles.items():
        free = tuple(name for name in names if name not in taken)
        if free:
            settled[role] = free
            taken |= set(free)
    return settled


def distinct_sample(cells: pd.Series) -> list[str]:
    """Return different filled cells of a column, stripped, spread over it."""
    places = np.linspace(0, len(cells) - 1, min(len(cells), 4 * _SAMPLE)).astype(np.int64)
    texts = dict.fromkeys(text.strip() for text in cells.iloc[places].tolist())
    return [text for text in texts if text][:_SAMPLE]


def says_mostly(cells: pd.Series, says: Callable[[str], bool]) -> bool:
    """Tell whether most different cells of a column say something of a kind."""
    texts = distinct_sample(cells)
    return bool(texts) and sum(map(says, texts)) >= _MOSTLY * len(texts)


def free_columns(lines: Lines) -> list[str]:
    """Return the columns that play no role yet."""
    taken = {name for names in lines.roles.values() for name in names}
    return [name for name in lines.frame.columns if name not in taken]


def find_date_column(lines: Lines) -> tuple[str, ...]:
    """Return the first free column whose cells are dates, or nothing."""
    for name in free_columns(lines):
        texts = pd.Series(distinct_sample(lines.frame[name]), dtype="str")
        if len(texts) and texts.str.match(_DATE_LIKE).mean() > 0.9 and parse_dates(texts).notna().mean() > 0.9:
            return (name,)
    return ()


def parse_moments(cells: pd.Series, clock: pd.Series | None = None) -> pd.Series:
    """Return the moments of a column as ``datetime64[us]``; ``NaT`` where a cell does not tell.

    Beside the forms of ``parse_dates`` a year of two digits is one of this century (logs are no older), and a number
    of 10 or 13 digits counts seconds or milliseconds from 1970 (UTC).

    Args:
        cells: texts of dates, any index.
        clock: the time of day where it stands in a column of its own; read beside dates that have none.

    >>> parse_moments(pd.Series(["05.03.24 10:15", "1709633700"])).tolist()
    [Timestamp('2024-03-05 10:15:00'), Timestamp('2024-03-05 10:15:00')]
    """
    if clock is not None:
        bare = ~cells.str.contains(_HAS_CLOCK) & clock.str.contains(_HAS_CLOCK) & cells.ne("")
        cells = cells.where(~bare, cells.str.strip() + " " + clock.str.strip())
    codes, texts = encode_texts(cells)
    whole = pc.replace_substring_regex(texts, _SHORT_YEAR, r"\120\2\3")
    counted = np.asarray(pc.match_substring_regex(pc.utf8_trim_whitespace(texts), _EPOCH), dtype=np.bool_)
    moments = parse_dates(pd.Series(pc.if_else(pa.array(counted), "", whole), dtype="str")).to_numpy().copy()
    if counted.any():
        numbers = [float(text) for text in texts.filter(pa.array(counted)).to_pylist()]
        seconds = [int(number / 1000 if number >= 1e11 else number) for number in numbers]
        moments[counted] = np.array(seconds, dtype="datetime64[s]").astype("datetime64[us]")
    return pd.Series(moments[codes], index=cells.index).astype("datetime64[us]")


def encode_combinations(columns: Sequence[pd.Series]) -> tuple[NDArray[np.int64], list[tuple[str, ...]]]:
    """Return the code of every row and the different rows that the codes point at, of several columns of texts.

    >>> codes, rows = encode_combinations([pd.Series(["a", "b", "a"]), pd.Series(["1", "2", "1"])])
    >>> codes.tolist(), rows
    ([0, 1, 0], [('a', '1'), ('b', '2')])
    """
    if not columns:
        return np.zeros(0, dtype=np.int64), []
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        own, distinct = encode_texts(column)
        codes = pd.factorize(codes * max(1, len(distinct)) + own)[0].astype(np.int64)
    _codes, first = np.unique(codes, return_index=True)
    picked = [column.iloc[first].tolist() for column in columns]
    return codes, list(zip(*picked, strict=True))


def spread_texts(texts: Sequence[str], codes: NDArray[np.int64]) -> pd.Series:
    """Return the text of every row, given the texts and which of them each row has."""
    return take_texts(pa.array(texts, pa.large_string()), codes, pd.RangeIndex(len(codes)))


def join_cells(columns: Sequence[pd.Series]) -> pd.Series:
    """Return the filled cells of every row joined by ``; ``, as they stand; ``""`` where none is filled.

    >>> join_cells([pd.Series(["bounce", "", ""]), pd.Series(["550", "421", ""])]).tolist()
    ['bounce; 550', '421', '']
    """
    nothing, between = pa.scalar("", pa.large_string()), pa.scalar("; ", pa.large_string())
    joined = one_array(columns[0])
    # Arrow's own way to skip cells leaves out the rows in which all are to be skipped.
    for right in map(one_array, columns[1:]):
        both = pc.and_(pc.not_equal(joined, ""), pc.not_equal(right, ""))
        joined = pc.binary_join_element_wise(joined, pc.if_else(both, between, nothing), right, nothing)
    return pd.Series(joined, dtype="str")


def split_days(owners: NDArray[np.int64], days: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different pairs of an owner and a day (counted from 1970), sorted.

    >>> [part.tolist() for part in split_days(np.array([1, 0, 1]), np.array([5, -7, 5]))]
    [[0, 1], [-7, 5]]
    """
    pairs = np.unique(owners * (2 * _DAYS) + days + _DAYS)
    return pairs // (2 * _DAYS), pairs % (2 * _DAYS) - _DAYS


def find_blank(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which lines have nothing in any cell."""
    blank = np.ones(len(frame), dtype=np.bool_)
    for name in frame.columns:
        blank &= frame[name].str.strip().eq("").to_numpy(dtype=np.bool_)
    return blank


def make_unread(rows: NDArray[np.int64], reasons: NDArray[np.object_]) -> pd.DataFrame:
    """Return the frame of unread lines, of those rows that have a reason."""
    has = reasons != ""
    return pd.DataFrame({"row": rows[has], "reason": pd.Series(reasons[has].tolist(), dtype="str")})


def no_column(table: Table, message: str, hint: str) -> UsageError:
    """Return the error of a file in which the column that matters was not found.

    Args:
        message: with ``{path}`` and ``{headings}``, translated.
        hint: what to do, translated.
    """
    headers = [" ".join(header.split())[:40] for header in table.headers if header.strip()]
    shown = ", ".join(f"'{header}'" for header in headers[:_SHOWN_HEADINGS])
    if len(headers) > _SHOWN_HEADINGS:
        shown += ", " + _("and {number} more").format(number=len(headers) - _SHOWN_HEADINGS)
    return UsageError(message.format(path=table.origin.path, headings=shown or _("none")), hint)
