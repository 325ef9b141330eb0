"""The task list: who is to do what with whom, and by when."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.table import Table
from crmclean.segmenting.due_dates import Dues, write_dues

TASK_COLUMNS: Final = (
    "row", "id", "client", "action", "due", "owner", "segment", "chain", "step", "overdue_days", "why",
)  # fmt: skip
"""``row`` counts from 1; ``step`` from 1, 0 outside a chain."""


@dataclass(frozen=True)
class Answers:
    """What was decided: one entry for each segment that took a client, in the order of the rows.

    Attributes:
        rows: places in the table from 0; a place stands here several times where several segments took the client.
        action: ``""`` where nothing is to be done: no task comes of it.
        dues: by when; unknown where no date is set.
        chain: its name, ``""`` outside a chain.
        step: from 1, 0 outside a chain.
    """

    rows: NDArray[np.int64]
    segment: "pd.Series[str]"
    action: "pd.Series[str]"
    dues: Dues
    owner: "pd.Series[str]"
    chain: "pd.Series[str]"
    step: NDArray[np.int64]
    why: "pd.Series[str]"


def tasks_frame(table: Table, answers: Answers) -> pd.DataFrame:
    """Return the tasks, columns ``TASK_COLUMNS``: what is due first stands first, tasks without a date last.

    Tasks that are due at the same time stand by how long they are overdue, then in the order of the table. Of two
    tasks that say the same of the same client one is kept.
    """
    wanted = answers.action.ne("").to_numpy(dtype=np.bool_)
    rows = answers.rows[wanted]
    frame = pd.DataFrame(
        {
            "row": rows + 1,
            "id": _take(table.coalesced("id"), rows),
            "client": name_clients(table, rows),
            "action": _pick(answers.action, wanted),
            "due": _pick(write_dues(answers.dues), wanted),
            "owner": _pick(answers.owner, wanted),
            "segment": _pick(answers.segment, wanted),
            "chain": _pick(answers.chain, wanted),
            "step": answers.step[wanted],
            "overdue_days": answers.dues.overdue_days[wanted],
            "why": _pick(answers.why, wanted),
        },
        columns=list(TASK_COLUMNS),
    )
    moments = answers.dues.moments[wanted].astype(np.int64)
    undated = np.isnat(answers.dues.moments[wanted])
    order = np.lexsort((frame["row"], -frame["overdue_days"], moments, undated))
    frame = frame.iloc[order]
    return frame[~frame.duplicated(["row", "action", "due", "owner"])].reset_index(drop=True)


def name_clients(table: Table, rows: NDArray[np.int64]) -> "pd.Series[str]":
    """Return how people call the clients of these rows: the person, else the company, else the title of the deal.

    A person of a company is called with it: «Анна Ли, ООО Ромашка».
    """
    person = _take(table.coalesced("full_name"), rows)
    # «Клиент» may hold the number of the client.
    person = person.where(person.str.contains(r"[^\W\d_]", regex=True), "")
    parts = [role for role in ("last_name", "first_name", "middle_name") if table.with_role(role)]
    if parts:
        spelled = pd.Series("", index=person.index, dtype="str")
        for role in parts:
            spelled = spelled + " " + _take(table.coalesced(role), rows)
        person = person.where(person.ne(""), spelled.str.replace(r"\s+", " ", regex=True).str.strip())
    company = _take(table.coalesced("company"), rows)
    both = person.ne("") & company.ne("") & person.ne(company)
    named = person.where(person.ne(""), company).mask(both, person + ", " + company)
    return named.where(named.ne(""), _take(table.coalesced("deal_title"), rows))


def _take(cells: "pd.Series[str]", rows: NDArray[np.int64]) -> "pd.Series[str]":
    return cells.iloc[rows].reset_index(drop=True)


def _pick(cells: "pd.Series[str]", wanted: NDArray[np.bool_]) -> "pd.Series[str]":
    return cells[wanted].reset_index(drop=True)
