"""The decisions of a review workbook, read back: whatever a person and a spreadsheet have made of the file meanwhile.

The hidden columns are found by their headings and not by their places. Nothing is guessed: a word that is no decision
leaves its pair undecided and is named by its row; two decisions for one pair stop the work.
"""

import csv
import gettext
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crmclean.core.errors import UsageError
from crmclean.core.i18n import LANGUAGES, LOCALE_DIR, _
from crmclean.core.table import Origin, Table
from crmclean.files.archives import is_workbook_package
from crmclean.files.encoding import decode_text
from crmclean.files.sheet_names import other_sheets
from crmclean.files.sniffing import kind_of_bytes
from crmclean.files.workbooks import Sheet, read_workbook
from crmclean.history.decisions import Decision
from crmclean.matching.fingerprints import record_keys
from crmclean.matching.prepared import prepare
from crmclean.reporting.review import DECISION_HEADING, DECISIONS, KEY_COLUMNS, KEY_SIGN

_KEYS: Final = ("key_a", "key_b")
_KEY_HEADINGS: Final = tuple(("id", name) for name in _KEYS)
"""For the search of the heading row: any role will do."""

_KEY: Final = re.compile(f"{KEY_SIGN}?([0-9a-f]{{16}})", re.IGNORECASE)
_KINDS: Final = ("person", "company")
_DELIMITERS: Final = (";", ",", "\t", "|")
_ROWS_NAMED: Final = 10
_MARKS: Final = " \t\u00a0.,;:!«»\"'“”"

_TYPED_WORDS: Final = {
    "same": ("same", "same client", "the same client", "один", "один и тот же клиент", "тот же клиент"),
    "different": ("different", "different client", "разные", "разный", "разные люди", "разные компании"),
    "later": ("later", "позже", "решить позже", "потом"),
}
"""What people type by hand instead of the words of the drop-down, and mean beyond doubt."""

Grid = Sequence[Sequence[str]]


@dataclass(frozen=True)
class WorkbookDecisions:
    """What a person filled in.

    Attributes:
        path: the file as the user named it.
        decisions: the answers, in the order of the rows; a pair may stand in several.
        rows: where each of them stands, 1-based.
        undecided: how many pairs were left for later.
        unknown_words: rows whose decision is none of the words that are known; their pairs are undecided.
        without_pair: rows with a decision that belongs to no pair, or to one whose keys were damaged.
    """

    path: str
    decisions: tuple[Decision, ...]
    rows: tuple[int, ...]
    undecided: int
    unknown_words: tuple[int, ...]
    without_pair: tuple[int, ...]

    def warnings(self) -> list[str]:
        """Return what the user should know of the rows that gave no answer."""
        texts = []
        if self.unknown_words:
            text = _("{path}: the decision in row {rows} is none of: {words}. Those pairs were left undecided.")
            words = ", ".join(_(word) for word in DECISIONS.values())
            texts.append(text.format(path=self.path, rows=_list_rows(self.unknown_words), words=words))
        if self.without_pair:
            text = _("{path}: the decision in row {rows} belongs to no pair and was not used. Use the yellow cells.")
            texts.append(text.format(path=self.path, rows=_list_rows(self.without_pair)))
        return texts


def read_decisions(data: bytes, path: str, decided_at: datetime) -> WorkbookDecisions:
    """Return the decisions of a review workbook: XLSX, XLS, ODS, or its sheet saved as CSV.

    Args:
        data: its bytes.
        path: the file as the user named it.
        decided_at: when it was saved, with a time zone.

    Raises:
        FileError: it can be read as neither a workbook nor a text.
        UsageError: it is no review workbook, or one without keys.
    """
    headings = False
    for grid in _grids(data, path):
        found = _find_heading(grid, _KEYS)
        if found is not None:
            return _read_sheet(grid, found, path, decided_at)
        headings = headings or _find_heading(grid, KEY_COLUMNS[:5]) is not None
    if headings:
        raise UsageError(
            _("{path} does not say which records its pairs are: it was made by an older crmclean.").format(path=path),
            _("Run crmclean dedup again and decide in the new workbook, or use crmclean review."),
        )
    raise UsageError(
        _("{path} holds no decisions about doubtful pairs.").format(path=path),
        _("Name the workbook that crmclean dedup wrote (…review.xlsx), with its hidden columns."),
    )


def join_decisions(workbooks: Sequence[WorkbookDecisions]) -> list[Decision]:
    """Return the decisions of workbooks, each pair once.

    Raises:
        UsageError: a pair is decided in two ways; the two places are named.
    """
    first: dict[tuple[str, str, str], tuple[Decision, str]] = {}
    for workbook in workbooks:
        for decision, row in zip(workbook.decisions, workbook.rows, strict=True):
            place = _("{path}, row {row}").format(path=workbook.path, row=row)
            earlier, where = first.setdefault(_question(decision), (decision, place))
            if earlier.same != decision.same:
                raise UsageError(
                    _("{first}, and {second}: one pair is decided in two ways.").format(first=where, second=place),
                    _("Correct one of the two, or empty its cell; nothing was done."),
                )
    return [decision for decision, _place in first.values()]


def find_strangers(workbooks: Sequence[WorkbookDecisions], table: Table, region: str) -> list[tuple[int, ...]]:
    """Return for each workbook the rows of answers about records that the table does not have.

    Args:
        table: a base.
        region: country of phones that are written without a country code.
    """
    keys = set(record_keys(prepare(table, region)).tolist())
    return [
        tuple(
            row
            for decision, row in zip(workbook.decisions, workbook.rows, strict=True)
            if not {decision.key_a, decision.key_b} <= keys
        )
        for workbook in workbooks
    ]


def name_strangers(workbook: WorkbookDecisions, rows: Sequence[int], base: str) -> str:
    """Return what the user should know of answers about records that the base does not have."""
    if len(rows) == len(workbook.rows):
        text = _("{path}: none of its answers is about records of {base}. Is it the workbook of another export?")
    else:
        text = _("{path}: the answers in row {rows} are about records that {base} does not have, or no longer.")
    return text.format(path=workbook.path, rows=_list_rows(rows), base=base)


def _grids(data: bytes, path: str) -> Iterator[Grid]:
    """Yield the sheets of a file, all of their rows; of a text every way to split its lines."""
    if kind_of_bytes(data) == "text":
        text = bytes(decode_text(data, path).utf8).decode("utf-8")
        for delimiter in _DELIMITERS:
            yield list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        return
    first = read_workbook(data, path, "", _KEY_HEADINGS)
    yield _rows_of(first)
    package = data if is_workbook_package(data) else b""
    for name in first.others or other_sheets(Origin(path=path, package=package, sheet=first.name)):
        yield _rows_of(read_workbook(data, path, name, _KEY_HEADINGS))


def _rows_of(sheet: Sheet) -> Grid:
    columns = [sheet.frame[name].tolist() for name in sheet.frame.columns]
    above = [cells for _row, cells in sheet.above]
    return [*above, sheet.headers, *zip(*columns, strict=True)]


def _find_heading(grid: Grid, wanted: Sequence[str]) -> int | None:
    for place, cells in enumerate(grid):
        if set(wanted) <= {cell.strip().lower() for cell in cells}:
            return place
    return None


def _read_sheet(grid: Grid, heading: int, path: str, decided_at: datetime) -> WorkbookDecisions:
    columns = _find_columns(grid[heading], path)
    words = _words()
    decisions: list[Decision] = []
    rows: dict[str, list[int]] = {"decided": [], "unknown": [], "without pair": []}
    undecided = 0
    for number, cells in enumerate(grid, 1):
        if number == heading + 1:
            continue
        entry = {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()}
        keys = [match[1].lower() for match in (_KEY.fullmatch(entry[name]) for name in _KEYS) if match is not None]
        word = fold_word(entry["decision"])
        answer = words.get(word, "unknown") if word else "later"
        if len(keys) < len(_KEYS):
            if word:
                rows["without pair"].append(number)
        elif answer == "later":
            undecided += 1
        elif answer == "unknown":
            rows["unknown"].append(number)
        else:
            of = entry["of"].lower() if entry["of"].lower() in _KINDS else _KINDS[0]
            decisions.append(Decision(keys[0], keys[1], answer == "same", of, entry["levels"], decided_at))
            rows["decided"].append(number)
    found = [tuple(numbers) for numbers in rows.values()]
    return WorkbookDecisions(path, tuple(decisions), found[0], undecided, found[1], found[2])


def _find_columns(headings: Sequence[str], path: str) -> dict[str, int]:
    """Return where the hidden columns and the decisions stand."""
    names = [heading.strip().lower() for heading in headings]
    wanted = {fold_word(word) for word in _in_every_language(DECISION_HEADING)}
    decision = next((place for place, name in enumerate(names) if fold_word(name) in wanted), None)
    if decision is None:
        raise UsageError(
            _("{path} has no column “{heading}”.").format(path=path, heading=_(DECISION_HEADING)),
            _("Put that heading back above the decisions."),
        )
    # A missing column that only tells more about the pair is no reason to lose the answers.
    hidden = {name: names.index(name) if name in names else len(names) for name in (*_KEYS, "of", "levels")}
    return {"decision": decision, **hidden}


def fold_word(text: str) -> str:
    """Return a word without case, outer marks and doubled spaces.

    >>> fold_word("  Разные   КЛИЕНТЫ. ")
    'разные клиенты'
    """
    return " ".join(text.strip(_MARKS).casefold().replace("ё", "е").split())


def _words() -> dict[str, str]:
    """Return the code of every word that is a decision."""
    return {
        fold_word(word): code
        for code, message in DECISIONS.items()
        for word in (*_in_every_language(message), *_TYPED_WORDS[code])
    }


def _in_every_language(message: str) -> set[str]:
    """Return a message as a person sees it in any language: the workbook may come from a colleague."""
    catalogues = (gettext.translation("crmclean", LOCALE_DIR, [name], fallback=True) for name in LANGUAGES)
    return {message, *(catalogue.gettext(message) for catalogue in catalogues)}


def _question(decision: Decision) -> tuple[str, str, str]:
    first, second = sorted((decision.key_a, decision.key_b))
    return decision.of, first, second


def _list_rows(rows: Sequence[int]) -> str:
    named = ", ".join(map(str, rows[:_ROWS_NAMED]))
    return f"{named} …" if len(rows) > _ROWS_NAMED else named
