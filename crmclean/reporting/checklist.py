"""The checklist of the controller as a workbook: some records of every stage, the questions of the regulation beside
what the file says, and a cell with a drop-down to answer each. A second sheet counts the answers by itself.

What a program reads back stands in hidden columns beside each answer, see ``CHECKLIST_KEYS``.
"""

from datetime import UTC, datetime
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from crmclean.core.i18n import N_, _, ngettext
from crmclean.reporting.decision_sheet import LINE_HEIGHT, cut_cell, height_of, offer_choices, print_on_a4
from crmclean.reporting.numbers import format_count
from crmclean.reporting.summary import RunSummary

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

QUESTIONS: Final = MappingProxyType(
    {
        "next-task": N_("Is the next task set, and is its date still to come?"),
        "comment": N_("Does the comment tell how the last contact ended?"),
        "amount": N_("Are amount and product filled in?"),
        "stage": N_("Does the stage agree with what is going on?"),
        "duplicate": N_("Is this the only record of this sale?"),
        "fields": N_("Are all required fields filled in, and right?"),
    }
)
"""What the regulation asks of every record, by the code that is stored; «yes» is always the good answer."""

ANSWERS: Final = MappingProxyType({"yes": N_("yes"), "no": N_("no")})

CHECKLIST_KEYS: Final = ("row", "id", "owner", "question")
"""Headings of the hidden columns, beginning at ``KEY_COLUMN``; filled in the row of every answer."""

HEADING_ROW: Final = 1
ANSWER_COLUMN: Final = 2
KEY_COLUMN: Final = 4

_WIDTHS: Final = (44, 58, 11, 34)
_HIGHEST_ROW: Final = 120.0
_FACT_LIMIT: Final = 400


def render_checklist(summary: RunSummary) -> bytes:
    """Return the workbook with the control sample of an audit (its table ``sample``).

    The same sample gives the same bytes.
    """
    from xlsxwriter import Workbook

    buffer = BytesIO()
    sample = summary.table("sample")
    with Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": _("Checklist"), "created": datetime(2000, 1, 1, tzinfo=UTC)})
        workbook.set_custom_property("crmclean_run", summary.run or "-", "text")
        formats = _make_formats(workbook)
        sheet = _ChecklistSheet(workbook, formats)
        sheet.write(sample, {column.role for column in summary.before.columns})
        _write_totals(workbook, formats, sheet.name, sheet.last_row, sample)
    return buffer.getvalue()


class _ChecklistSheet:
    """The sheet with a block for every record."""

    def __init__(self, workbook: "Workbook", formats: "dict[str, Format]") -> None:
        self.name = _("Checklist")
        self._sheet: Worksheet = workbook.add_worksheet(self.name)
        self._formats = formats
        self._row = HEADING_ROW + 1
        self._answers: list[str] = []

    @property
    def last_row(self) -> int:
        """The last row of the sheet that is written, from 0."""
        return self._row

    def write(self, sample: "pd.DataFrame", roles: set[str]) -> None:
        """Write the records stage by stage, then the drop-downs of all their answers."""
        self._set_up(len(sample))
        stage: object = None
        for entry in sample.to_dict("records"):
            if entry["stage"] != stage:
                stage = entry["stage"]
                title = str(stage) or _("(no stage)")
                look = self._formats["stage"]
                self._sheet.merge_range(self._row, 0, self._row, KEY_COLUMN - 1, cut_cell(title), look)
                self._sheet.set_row(self._row, 1.5 * LINE_HEIGHT)
                self._row += 1
            self._write_block({str(name): value for name, value in entry.items()}, roles)
        self._sheet.print_area(0, 0, self._row, KEY_COLUMN - 1)
        offer_choices(self._sheet, self._answers, [_(word) for word in ANSWERS.values()], _("Answer"))

    def _set_up(self, total: int) -> None:
        sheet = self._sheet
        for number, width in enumerate(_WIDTHS):
            sheet.set_column(number, number, width)
        sheet.set_column(KEY_COLUMN, KEY_COLUMN + len(CHECKLIST_KEYS) - 1, 4, None, {"hidden": True})
        sheet.merge_range(0, 0, 0, KEY_COLUMN - 1, _instruction(total), self._formats["instruction"])
        sheet.set_row(0, 36)
        heads = (_("Question"), _("What the file says"), _("Answer"), _("Note of the controller"), *CHECKLIST_KEYS)
        for number, head in enumerate(heads):
            sheet.write_string(HEADING_ROW, number, head, self._formats["heading"])
        sheet.freeze_panes(HEADING_ROW + 1, 0)
        print_on_a4(sheet, HEADING_ROW)

    def _write_block(self, entry: dict[str, object], roles: set[str]) -> None:
        sheet, formats = self._sheet, self._formats
        sheet.merge_range(self._row, 0, self._row, KEY_COLUMN - 1, cut_cell(_name_entry(entry)), formats["head"])
        self._row += 1
        for code, question in QUESTIONS.items():
            fact = cut_cell(_tell_fact(code, entry, roles), _FACT_LIMIT)
            sheet.write_string(self._row, 0, _(question), formats["question"])
            sheet.write_string(self._row, 1, fact, formats["fact"])
            sheet.write_blank(self._row, ANSWER_COLUMN, None, formats["answer"])
            sheet.write_blank(self._row, ANSWER_COLUMN + 1, None, formats["note"])
            keys = (str(entry["row"]), str(entry["id"]), str(entry["owner"]), code)
            for number, key in enumerate(keys):
                sheet.write_string(self._row, KEY_COLUMN + number, cut_cell(key))
            texts = ((_(question), _WIDTHS[0]), (fact, _WIDTHS[1]))
            sheet.set_row(self._row, max(height_of(text, width, _HIGHEST_ROW) for text, width in texts))
            self._answers.append(f"{chr(ord('A') + ANSWER_COLUMN)}{self._row + 1}")
            self._row += 1
        self._row += 1


def _name_entry(entry: dict[str, object]) -> str:
    """Return what a record is called: where it stands, its title, client and owner."""
    row, id_ = str(entry["row"]), str(entry["id"])
    place = _("Row {row}, ID {id}").format(row=row, id=id_) if id_ else _("Row {row}").format(row=row)
    owner = str(entry["owner"])
    parts = (place, str(entry["title"]), str(entry["client"]), _("owner: {owner}").format(owner=owner) if owner else "")
    return " · ".join(" ".join(part.split()) for part in parts if part.strip())


def _tell_fact(question: str, entry: dict[str, object], roles: set[str]) -> str:
    """Return what the file says to a question."""
    if question == "next-task":
        return _tell("next_task", entry, roles)
    if question == "comment":
        return _tell("comment", entry, roles)
    if question == "amount":
        titles = {"amount": _("amount: {value}"), "product": _("product: {value}")}
        return "; ".join(title.format(value=_tell(name, entry, roles)) for name, title in titles.items())
    if question == "stage":
        return _tell_stage(entry)
    if question == "duplicate":
        return _tell_same(int(str(entry["same_client"])))
    return str(entry["why"]) or _("nothing found")


def _tell(role: str, entry: dict[str, object], roles: set[str]) -> str:
    if role not in roles:
        return _("the file has no such column")
    return str(entry[role]) or _("empty")


def _tell_stage(entry: dict[str, object]) -> str:
    facts = [_("stage: {stage}").format(stage=str(entry["stage"]) or _("empty"))]
    if entry["created"]:
        facts.append(_("created: {day}").format(day=entry["created"]))
    touched = float(str(entry["touched"]))
    if touched == touched and touched >= 0:
        days = int(touched)
        facts.append(
            ngettext("touched {days} day ago", "touched {days} days ago", days).format(days=format_count(days))
        )
    return "; ".join(facts)


def _tell_same(same: int) -> str:
    if not same:
        return _("who the client is, the file does not say")
    if same == 1:
        return _("no other record of this client")
    text = ngettext("{number} record of this client in the file", "{number} records of this client in the file", same)
    return text.format(number=format_count(same))


def _write_totals(
    workbook: "Workbook", formats: "dict[str, Format]", source: str, last_row: int, sample: "pd.DataFrame"
) -> None:
    """Write the sheet that counts the answers, by question and by owner, with formulas."""
    sheet = workbook.add_worksheet(_("Totals"))
    heads = (_("Yes"), _("No"), _("Not answered"), _("Share of yes"))
    sheet.set_column(0, 0, 58)
    sheet.set_column(1, len(heads), 14)
    row = 0
    questions = [(code, _(question)) for code, question in QUESTIONS.items()]
    owners = sorted({cut_cell(str(owner)) for owner in sample.get("owner", ())})
    blocks = (
        (_("By question"), "question", questions),
        (_("By owner"), "owner", [(owner, owner or _("(no owner)")) for owner in owners]),
    )
    for title, key, lines in blocks:
        for number, head in enumerate((title, *heads)):
            sheet.write_string(row, number, head, formats["heading"])
        for code, words in lines:
            row += 1
            sheet.write_string(row, 0, words, formats["question"])
            asked = (
                len(sample) if key == "question" else len(QUESTIONS) * int(sample["owner"].map(cut_cell).eq(code).sum())
            )
            _write_counts(sheet, formats, row, _Counted(source, last_row, key, code), asked)
        row += 2
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


class _Counted:
    """The formulas that count the answers of one question or owner."""

    def __init__(self, source: str, last_row: int, key: str, code: str) -> None:
        self._source, self._last, self._code = source, last_row + 1, code
        self._key_column = chr(ord("A") + KEY_COLUMN + CHECKLIST_KEYS.index(key))

    def formula(self, answer: str) -> str:
        """Return the formula that counts an answer."""
        criteria = (self._range(self._key_column), _quoted(_exact(self._code)), self._range(_ANSWER), _quoted(answer))
        return f"=COUNTIFS({','.join(criteria)})"

    def _range(self, column: str) -> str:
        return f"'{self._source}'!${column}${HEADING_ROW + 2}:${column}${self._last}"


_ANSWER: Final = chr(ord("A") + ANSWER_COLUMN)


def _write_counts(sheet: "Worksheet", formats: "dict[str, Format]", row: int, counted: _Counted, asked: int) -> None:
    yes, no = (_(ANSWERS[code]) for code in ("yes", "no"))
    sheet.write_formula(row, 1, counted.formula(yes), formats["count"], 0)
    sheet.write_formula(row, 2, counted.formula(no), formats["count"], 0)
    sheet.write_formula(row, 3, f"={asked}-B{row + 1}-C{row + 1}", formats["count"], asked)
    sheet.write_formula(
        row, 4, f'=IF(B{row + 1}+C{row + 1}=0,"",B{row + 1}/(B{row + 1}+C{row + 1}))', formats["share"], ""
    )


def _exact(text: str) -> str:
    """Return a criterion that COUNTIFS takes for this very text: signs that mean something to it are escaped."""
    return "=" + text.replace("~", "~~").replace("*", "~*").replace("?", "~?")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _make_formats(workbook: "Workbook") -> "dict[str, Format]":
    cell = {"text_wrap": True, "valign": "top", "num_format": "@", "border": 1, "border_color": "#D9DEE6"}
    looks = {
        "instruction": {"text_wrap": True, "valign": "vcenter", "bg_color": "#EAF2FB"},
        "heading": {"bold": True, "bottom": 2, "valign": "vcenter"},
        "stage": {"bold": True, "font_size": 13, "font_color": "#FFFFFF", "bg_color": "#3D5A80", "valign": "vcenter"},
        "head": {**cell, "bold": True, "bg_color": "#DCE3EC"},
        "question": cell,
        "fact": {**cell, "font_color": "#566070"},
        "answer": {**cell, "bg_color": "#FFF7C2", "align": "center"},
        "note": {**cell, "bg_color": "#FFFDF0"},
        "count": {"border": 1, "border_color": "#D9DEE6", "num_format": "0"},
        "share": {"border": 1, "border_color": "#D9DEE6", "num_format": "0%"},
    }
    return {name: workbook.add_format(look) for name, look in looks.items()}


def _instruction(total: int) -> str:
    if not total:
        return _("The file has no records.")
    text = ngettext(
        "{number} record for the controller. Look it up in the CRM and answer in the yellow cells: yes where all is "
        "well, no where not. The second sheet counts the answers.",
        "{number} records for the controller. Look each up in the CRM and answer in the yellow cells: yes where all is "
        "well, no where not. The second sheet counts the answers.",
        total,
    )
    return text.format(number=format_count(total))
