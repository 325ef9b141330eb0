"""``segment``: which segment each client belongs to, what is to be done next, by when, by whom and why.

Rules and chains come from the config and from the packs (``chosen_rules``), are fitted to the columns of the file
(``binding``) and take the records (``taking``); ``answering`` says what follows, ``tasks`` makes the list of it.
No cell of the base is changed.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.core.finding import join_findings, make_findings
from crmclean.core.segment_settings import SegmentSettings
from crmclean.core.step import Outcome, check_balance
from crmclean.core.table import Table
from crmclean.fields.text import one_array, take_texts
from crmclean.hygiene.statuses import group_pairs
from crmclean.segmenting.answering import Moment, answer_records, assign_owners
from crmclean.segmenting.assignment import Assignment
from crmclean.segmenting.binding import BoundRules, bind_rules
from crmclean.segmenting.chain_facts import find_without_task
from crmclean.segmenting.chosen_rules import check_any
from crmclean.segmenting.due_dates import write_dues
from crmclean.segmenting.rule_evaluation import RuleContext
from crmclean.segmenting.segment_tables import SECTIONS, list_first, list_left_out, list_rules, list_without_task
from crmclean.segmenting.taking import Taken, call_chains, take_records
from crmclean.segmenting.tasks import Answers, tasks_frame
from crmclean.segmenting.working_time import read_now, read_working_time

TAG_COLUMNS: Final = ("row", "id", "segment", "action", "due", "owner")
"""Columns of the table ``tags``, a line per segment that took a record, and one for a record that none took."""

ADDED: Final = ("segment", "action", "due", "owner", "why")
"""What is added to a record, each under the name ``crmclean_…``."""

_BETWEEN: Final = "; "


@dataclass(frozen=True)
class Segmentation:
    """What came of the rules before it is made into tables.

    Attributes:
        assignment: who got how many, None where no managers are named.
    """

    bound: BoundRules
    context: RuleContext
    moment: Moment
    taken: Taken
    answers: Answers
    assignment: Assignment | None


def segment(table: Table, settings: SegmentSettings) -> Outcome:
    """Return the table with the segment of each client, and what is to be done next.

    Returns:
        The table with the columns of ``ADDED``; of several segments their texts are joined by ``; ``. Tables ``tags``
        (``TAG_COLUMNS``), ``tasks`` (``tasks.TASK_COLUMNS``), ``segments``, ``first``, ``managers``,
        ``left_out`` and ``without_task`` (see ``segment_tables``).

    Raises:
        UsageError: there are no rules, or rules or settings are wrong: every mistake of the rules is named.
    """
    result = divide(table, settings)
    answers = result.answers
    dues = write_dues(result.answers.dues)
    acts = answers.action.ne("").to_numpy(dtype=np.bool_)
    has_action = np.bincount(answers.rows[acts], minlength=len(table)) > 0
    without_task = find_without_task(table, has_action, result.moment.now, group_pairs(settings.statuses))
    tagged = table.with_added(_added_columns(len(table), answers, dues))
    check_balance(len(table), len(tagged), 0)
    tables = {
        "segments": list_rules(result.bound, result.taken, answers, len(table)),
        "tasks": tasks_frame(table, answers),
        "tags": _make_tags(table, answers, dues),
        "without_task": list_without_task(table, without_task),
    }
    tables["first"] = list_first(tables["tasks"], tables["segments"])
    if result.assignment is not None:
        tables["managers"] = result.assignment.managers
        tables["left_out"] = list_left_out(table, result.assignment)
    return Outcome(
        tagged,
        _make_findings(without_task, result.assignment),
        tables,
        _count(table, result, tables, without_task),
        SECTIONS,
    )


def divide(table: Table, settings: SegmentSettings) -> Segmentation:
    """Return which rules and chains took which records, and what follows for them.

    Raises:
        UsageError: as of ``segment``.
    """
    check_any(settings)
    working = read_working_time(settings)
    moment = Moment(read_now(settings.as_of, working), working)
    statuses = group_pairs(settings.statuses)
    bound = bind_rules(settings, table)
    context = RuleContext(table, moment.now, statuses, settings.region)
    taken = take_records(bound.segments, bound.chains, context, settings.take)
    calls = call_chains(bound.chains, context)
    answers, named = answer_records(table, bound.segments, calls, taken, moment, statuses)
    assignment = None
    if settings.managers:
        answers, assignment = assign_owners(table, bound.segments, taken, answers, named, settings)
    return Segmentation(bound, context, moment, taken, answers, assignment)


def _added_columns(size: int, answers: Answers, dues: "pd.Series[str]") -> "dict[str, pd.Series[str]]":
    texts = {
        "segment": answers.segment,
        "action": answers.action,
        "due": dues,
        "owner": answers.owner,
        "why": answers.why,
    }
    return {f"crmclean_{name}": _spread(texts[name], answers.rows, size) for name in ADDED}


def _spread(texts: "pd.Series[str]", rows: NDArray[np.int64], size: int) -> "pd.Series[str]":
    """Return one text per record: those of its entries, each once, ``""`` where it has none."""
    said = texts.ne("").to_numpy(dtype=np.bool_)
    if len(rows) and (rows[1:] == rows[:-1]).any():
        said = said & ~pd.DataFrame({"row": rows, "text": texts}).duplicated().to_numpy()
    kept, row = texts[said], rows[said]
    counts = np.bincount(row, minlength=size)
    # One entry a record, or none: the texts only have to be put in their places.
    if counts.max(initial=0) <= 1:
        places = np.full(size, len(kept), dtype=np.int64)
        places[row] = np.arange(len(kept))
        with_none = pa.concat_arrays([one_array(kept), pa.array([""], pa.large_string())])
        return take_texts(with_none, places, pd.RangeIndex(size))
    ends = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
    lists = pa.LargeListArray.from_arrays(pa.array(ends), one_array(kept))
    return pd.Series(pc.binary_join(lists, pa.scalar(_BETWEEN, pa.large_string())), dtype="str")


def _make_tags(table: Table, answers: Answers, dues: "pd.Series[str]") -> pd.DataFrame:
    none = np.flatnonzero(np.bincount(answers.rows, minlength=len(table)) == 0)
    rows = np.concatenate([answers.rows, none])
    order = np.argsort(rows, kind="stable")
    nothing = pd.Series("", index=pd.RangeIndex(len(none)), dtype="str")
    texts = {"segment": answers.segment, "action": answers.action, "due": dues, "owner": answers.owner}
    frame = pd.DataFrame(
        {
            "row": rows[order] + 1,
            "id": table.coalesced("id").iloc[rows[order]].reset_index(drop=True),
            **{name: pd.concat([cells, nothing]).iloc[order].reset_index(drop=True) for name, cells in texts.items()},
        }
    )
    return frame[list(TAG_COLUMNS)]


def _make_findings(without_task: NDArray[np.bool_], assignment: Assignment | None) -> pd.DataFrame:
    rows = np.flatnonzero(without_task) + 1
    parts = [_make("segment-no-task", "crmclean_action", rows)]
    if assignment is not None:
        parts.append(_make("segment-nobody", "crmclean_owner", assignment.left_out["row"].to_numpy(dtype=np.int64)))
    return join_findings(parts)


def _make(code: str, column: str, rows: NDArray[np.int64]) -> pd.DataFrame:
    nothing = pd.Series("", index=pd.RangeIndex(len(rows)), dtype="str")
    return make_findings(rows, column, pd.Series(code, index=nothing.index, dtype="str"), nothing, nothing)


def _count(
    table: Table, result: Segmentation, tables: dict[str, pd.DataFrame], without_task: NDArray[np.bool_]
) -> dict[str, float]:
    named = result.answers.rows[result.answers.segment.ne("").to_numpy(dtype=np.bool_)]
    segmented = int(np.count_nonzero(np.bincount(named, minlength=len(table))))
    rules = tables["segments"]
    figures: dict[str, float] = {
        "rows_in": len(table),
        "rows_out": len(table),
        "segmented": segmented,
        "unsegmented": len(table) - segmented,
        "tasks": len(tables["tasks"]),
        "overdue_tasks": int((tables["tasks"]["overdue_days"] > 0).sum()),
        "without_task": int(without_task.sum()),
        "rules": len(rules),
        "empty_rules": int((rules["rows"].eq(0) & rules["missing"].eq("")).sum()),
        "skipped_rules": int(rules["missing"].ne("").sum()),
    }
    return figures | ({"left_out": len(tables["left_out"])} if "left_out" in tables else {})
