"""The workbook in which a person decides the doubtful pairs: a block a pair, one cell with a drop-down to fill in.

What a program reads back stands in hidden columns beside the decision cell, see ``KEY_COLUMNS``. It is found again by
the headings of those columns, wherever they and their rows may stand after a person has worked in the file.
"""

from datetime import UTC, datetime
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from crmclean.core.i18n import N_, _
from crmclean.core.table import Table
from crmclean.reporting.decision_sheet import LINE_HEIGHT, cut_cell, height_of, offer_choices, print_on_a4
from crmclean.reporting.links import rank_doubts
from crmclean.reporting.numbers import format_count, format_share
from crmclean.reporting.records import Cell, FieldLine, Records, compare_records, read_records
from crmclean.reporting.summary import RunSummary

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

DECISIONS: Final = MappingProxyType(
    {"same": N_("one client"), "different": N_("different clients"), "later": N_("decide later")}
)
"""What can be decided, by the code that is stored. A reader takes the words of every language."""

DECISION_HEADING: Final = N_("Decision")

KEY_COLUMNS: Final = ("pair", "row_a", "id_a", "row_b", "id_b", "key_a", "key_b", "of", "levels")
"""Headings of the hidden columns, beginning at ``KEY_COLUMN``; filled in the row of the decision cell.

``key_a`` and ``key_b`` say what the two records are, whatever their rows; they begin with ``KEY_SIGN``.
"""

KEY_SIGN: Final = "k"
"""Before a key: no program then takes sixteen digits, or 12e4567890123456, for a number."""

PAIRS_SHOWN: Final = 5_000
HEADING_ROW: Final = 1
DECISION_COLUMN: Final = 3
KEY_COLUMN: Final = 4

_WIDTHS: Final = (26, 46, 46, 24)
_HIGHEST_ROW: Final = 300.0


def render_review(summary: RunSummary) -> bytes:
    """Return the workbook of the doubtful pairs, the most probable first, at most ``PAIRS_SHOWN`` of them.

    The same pairs give the same bytes.
    """
    from xlsxwriter import Workbook

    buffer = BytesIO()
    pairs = distinct_doubts(summary.table("review"))
    with Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": _("Doubtful pairs"), "created": datetime(2000, 1, 1, tzinfo=UTC)})
        workbook.set_custom_property("crmclean_run", summary.run or "-", "text")
        _ReviewSheet(workbook, len(pairs)).write(summary.before, pairs.head(PAIRS_SHOWN))
        _write_list(workbook, pairs.head(PAIRS_SHOWN))
    return buffer.getvalue()


def distinct_doubts(review: "pd.DataFrame") -> "pd.DataFrame":
    """Return the doubtful pairs, the most probable first; of pairs whose records say the same only the first.

    One answer holds for all of them: it is kept by what the records say.
    """
    pairs = rank_doubts(review)
    if pairs.empty:
        return pairs
    return pairs.drop_duplicates(["of", "key_a", "key_b"], ignore_index=True)


class _ReviewSheet:
    """The sheet with a block for every pair."""

    def __init__(self, workbook: "Workbook", total: int) -> None:
        self._sheet: Worksheet = workbook.add_worksheet(_("Review"))
        self._formats = _make_formats(workbook)
        self._row = HEADING_ROW + 1
        self._decisions: list[str] = []
        self._set_up(total)

    def write(self, table: Table, pairs: "pd.DataFrame") -> None:
        """Write the pairs, then the drop-downs of all their decision cells."""
        records = read_records(table, [] if pairs.empty else [*pairs["row_a"].tolist(), *pairs["row_b"].tolist()])
        for entry in pairs.to_dict("records"):
            self._write_block(records, entry)
        self._sheet.print_area(0, 0, self._row, DECISION_COLUMN)
        offer_choices(self._sheet, self._decisions, [_(word) for word in DECISIONS.values()], _("Decision"))

    def _set_up(self, total: int) -> None:
        sheet = self._sheet
        for number, width in enumerate(_WIDTHS):
            sheet.set_column(number, number, width)
        last_key = KEY_COLUMN + len(KEY_COLUMNS) - 1
        sheet.set_column(KEY_COLUMN, last_key, 4, None, {"hidden": True})
        sheet.merge_range(0, 0, 0, DECISION_COLUMN, _instruction(total), self._formats["instruction"])
        sheet.set_row(0, 66)
        heads = (_("Field"), _("Record A"), _("Record B"), _(DECISION_HEADING), *KEY_COLUMNS)
        for number, head in enumerate(heads):
            sheet.write_string(HEADING_ROW, number, head, self._formats["heading"])
        sheet.freeze_panes(HEADING_ROW + 1, 1)
        print_on_a4(sheet, HEADING_ROW)

    def _write_block(self, records: Records, entry: "dict[object, object]") -> None:
        rows = (int(str(entry["row_a"])), int(str(entry["row_b"])))
        self._write_head(entry, rows)
        reason = _("{share}: {reason}").format(
            share=format_share(float(str(entry["probability"]))), reason=entry["reason"]
        )
        formats = self._formats
        self._sheet.write_string(self._row, 0, _("Probability"), formats["field"])
        self._sheet.merge_range(self._row, 1, self._row, 2, cut_cell(reason), formats["reason"])
        self._sheet.set_row(self._row, height_of(reason, _WIDTHS[1] + _WIDTHS[2], _HIGHEST_ROW))
        self._row += 1
        for line in compare_records(records, rows):
            if line.role != "id":
                self._write_line(line)
        self._row += 1

    def _write_head(self, entry: "dict[object, object]", rows: tuple[int, int]) -> None:
        sheet, formats, row = self._sheet, self._formats, self._row
        ids = (str(entry["id_a"]), str(entry["id_b"]))
        sheet.write_string(row, 0, _("Pair {number}").format(number=entry["pair"]), formats["head"])
        for column, (number, id_) in enumerate(zip(rows, ids, strict=True), start=1):
            sheet.write_string(row, column, name_record(number, id_), formats["head"])
        sheet.write_blank(row, DECISION_COLUMN, None, formats["decision"])
        for number, name in enumerate(KEY_COLUMNS):
            sign = KEY_SIGN if name.startswith("key") else ""
            sheet.write_string(row, KEY_COLUMN + number, sign + str(entry[name]))
        self._decisions.append(f"{chr(ord('A') + DECISION_COLUMN)}{row + 1}")
        self._row += 1

    def _write_line(self, line: FieldLine) -> None:
        height = max(height_of(cell.text, _WIDTHS[1], _HIGHEST_ROW) for cell in line.cells)
        if height > LINE_HEIGHT:
            self._sheet.set_row(self._row, height)
        self._sheet.write_string(self._row, 0, cut_cell(line.title), self._formats["field"])
        for column, cell in enumerate(line.cells, start=1):
            look = self._formats[_format_of(line, cell)]
            if cell.text:
                self._sheet.write_string(self._row, column, cut_cell(cell.text), look)
            else:
                self._sheet.write_blank(self._row, column, None, look)
        self._row += 1


def _write_list(workbook: "Workbook", pairs: "pd.DataFrame") -> None:
    sheet = workbook.add_worksheet(_("Pairs"))
    heading = workbook.add_format({"bold": True, "bottom": 1})
    percent = workbook.add_format({"num_format": "0.0%"})
    heads = (_("Pair"), _("Row A"), _("ID A"), _("Row B"), _("ID B"), _("Probability"), _("Reason"))
    for number, head in enumerate(heads):
        sheet.write_string(0, number, head, heading)
    for row, entry in enumerate(pairs.to_dict("records"), start=1):
        for number, name in enumerate(("pair", "row_a", "id_a", "row_b", "id_b")):
            if name.startswith("id"):
                sheet.write_string(row, number, cut_cell(str(entry[name])))
            else:
                sheet.write_number(row, number, int(entry[name]))
        sheet.write_number(row, 5, float(entry["probability"]), percent)
        sheet.write_string(row, 6, cut_cell(str(entry["reason"])))
    sheet.set_column(0, 4, 12)
    sheet.set_column(5, 5, 14)
    sheet.set_column(6, 6, 80)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.autofilter(0, 0, max(len(pairs), 1), len(heads) - 1)


def _make_formats(workbook: "Workbook") -> "dict[str, Format]":
    cell = {"text_wrap": True, "valign": "top", "num_format": "@", "border": 1, "border_color": "#D9DEE6"}
    looks = {
        "instruction": {"text_wrap": True, "valign": "vcenter", "bg_color": "#EAF2FB"},
        "heading": {"bold": True, "bottom": 2, "valign": "vcenter"},
        "head": {**cell, "bold": True, "bg_color": "#DCE3EC"},
        "decision": {**cell, "bold": True, "bg_color": "#FFF7C2", "border": 2, "border_color": "#B26A00"},
        "reason": {**cell, "italic": True},
        "field": {**cell, "font_color": "#566070"},
        "same": cell,
        "differs": {**cell, "bg_color": "#FFE3B3"},
        "only": {**cell, "bg_color": "#E3EEF9"},
    }
    return {name: workbook.add_format(look) for name, look in looks.items()}


def _format_of(line: FieldLine, cell: Cell) -> str:
    if line.differs:
        return "differs"
    return "only" if cell.text and any(not other.text for other in line.cells) else "same"


def _instruction(total: int) -> str:
    text = _(
        "Choose a decision in the yellow cell of each pair, save the file, and hand it over: "
        "crmclean dedup EXPORT --decisions THIS-FILE. Orange: the records differ. Blue: only one of them has a value."
    )
    if total <= PAIRS_SHOWN:
        return text
    cap = _("Here are the {shown} most probable pairs of {total}.")
    return f"{text}\n{cap.format(shown=format_count(PAIRS_SHOWN), total=format_count(total))}"


def name_record(row: int, id_: str) -> str:
    """Return what a record is called beside another: its row, and its ID in the CRM, if any."""
    if id_:
        return _("Row {row}, ID {id}").format(row=row, id=id_)
    return _("Row {row}").format(row=row)
