"""The task list as a file that a CRM can import.

Bitrix24 reads tasks from CSV (Tasks and Projects, Import from CSV): the headings are those of its own sample file, so
that it finds every column by itself. The import of amoCRM and of the other systems has no tasks: they get a plain
table, which their import of deals or any spreadsheet reads.
"""

from datetime import datetime
from typing import Final

import pandas as pd

from crmclean.core.i18n import _, language
from crmclean.core.table import Dialect
from crmclean.fields.text import map_distinct, one_array
from crmclean.files.dialects import join_cells, text_of, write_heading
from crmclean.reporting.csv_tables import render_csv

# The headings of its import in the language of the portal.
_BITRIX_HEADINGS: Final = {
    "ru": ("Название", "Описание", "Это важная задача", "Ответственный", "Крайний срок", "Теги"),
    "en": ("Name", "Description", "Important task", "Responsible person", "Deadline", "Tags"),
}
_BITRIX_DIALECT: Final = Dialect(delimiter=";", quoting="all", line_terminator="\r\n")
_BOM: Final = b"\xef\xbb\xbf"


def render_tasks(frame: pd.DataFrame, system: str, day_ends: str = "18:00") -> bytes:
    """Return the tasks as CSV for the system that the export came from.

    Args:
        frame: columns ``tasks.TASK_COLUMNS``.
        system: as ``Origin.system`` names it: ``bitrix24`` gets its own form, every other one a plain table.
        day_ends: time by which a task without a time of its own is to be done, ``HH:MM``.
    """
    return _render_for_bitrix(frame, day_ends) if system == "bitrix24" else render_csv(frame)


def _render_for_bitrix(frame: pd.DataFrame, day_ends: str) -> bytes:
    cells = (
        join_texts(frame["action"], frame["client"], ": "),
        _describe(frame),
        pd.Series((frame["overdue_days"] > 0).map({True: "1", False: "0"}), dtype="str"),
        frame["owner"],
        map_distinct(frame["due"], lambda due: _write_deadline(due, day_ends)),
        # «[*]» stands before each tag.
        frame["segment"].where(frame["segment"].eq(""), "[*]" + frame["segment"]),
    )
    heading = write_heading(_BITRIX_HEADINGS[language()], _BITRIX_DIALECT) + _BITRIX_DIALECT.line_terminator
    body = text_of(join_cells([one_array(column) for column in cells], _BITRIX_DIALECT, "\r\n"))
    return b"".join((_BOM, heading.encode(), body))


def _describe(frame: pd.DataFrame) -> "pd.Series[str]":
    """Return the lines of a task: why, of which segment, and which record it is."""
    lines = join_texts(frame["why"], _label(_("Segment: {value}"), frame["segment"]), "\n")
    return join_texts(lines, _label(_("ID: {value}"), frame["id"]), "\n")


def _label(text: str, values: "pd.Series[str]") -> "pd.Series[str]":
    return map_distinct(values, lambda value: text.format(value=value) if value else "")


def join_texts(one: "pd.Series[str]", other: "pd.Series[str]", joint: str) -> "pd.Series[str]":
    """Return two columns of texts joined; where one of them is empty, the other alone.

    >>> join_texts(pd.Series(["a", "", "c"]), pd.Series(["1", "2", ""]), ": ").tolist()
    ['a: 1', '2', 'c']
    """
    both = one.ne("") & other.ne("")
    return one.where(one.ne(""), other).mask(both, one + joint + other)


def _write_deadline(due: str, day_ends: str) -> str:
    """Return when a task is due as a Russian portal reads it; a day without a time ends with the working day."""
    if not due:
        return ""
    moment = datetime.fromisoformat(due if " " in due else f"{due} {day_ends}")
    return moment.strftime("%d.%m.%Y %H:%M:%S")
