"""The tables of ``segment`` for the report: what each rule took, who has no task, whom nobody could take."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.i18n import N_, _
from crmclean.core.section import Section, SectionColumn
from crmclean.core.table import Table
from crmclean.segmenting.assignment import LEFT_OUT, Assignment
from crmclean.segmenting.binding import BoundRules
from crmclean.segmenting.pack_conditions import name_missing
from crmclean.segmenting.packs import load_pack
from crmclean.segmenting.regulation import NO_CHAIN
from crmclean.segmenting.taking import NO_RULE, Taken
from crmclean.segmenting.tasks import Answers, name_clients

_RULES_SECTION: Final = Section(
    "segments",
    N_("Segments"),
    (
        SectionColumn("segment", N_("Segment or chain")),
        SectionColumn("source", N_("Rule from")),
        SectionColumn("rows", N_("Records"), "count"),
        SectionColumn("share", N_("Share"), "share"),
        SectionColumn("missing", N_("Skipped: the file lacks")),
    ),
    is_summary=True,
    most=60,
)
_FIRST_SECTION: Final = Section(
    "first",
    N_("What to do first"),
    (
        SectionColumn("due", N_("By when"), "date"),
        SectionColumn("id", N_("ID")),
        SectionColumn("client", N_("Client")),
        SectionColumn("action", N_("Action")),
        SectionColumn("owner", N_("Owner")),
    ),
)
_MANAGERS_SECTION: Final = Section(
    "managers",
    N_("Managers"),
    (
        SectionColumn("manager", N_("Manager")),
        SectionColumn("skills", N_("Skills")),
        SectionColumn("kept", N_("Kept"), "count"),
        SectionColumn("given", N_("Given"), "count"),
        SectionColumn("total", N_("Together"), "count"),
        SectionColumn("capacity", N_("At most"), "count"),
    ),
    note=N_("At most 0: no limit."),
    most=40,
)
_LEFT_OUT_SECTION: Final = Section(
    "left_out",
    N_("Nobody could take"),
    (
        SectionColumn("id", N_("ID")),
        SectionColumn("client", N_("Client")),
        SectionColumn("skill", N_("Skill")),
        SectionColumn("reason", N_("Why"), "title"),
    ),
)
_WITHOUT_TASK_SECTION: Final = Section(
    "without_task",
    N_("Clients without a task"),
    (
        SectionColumn("row", N_("Row"), "count"),
        SectionColumn("id", N_("ID")),
        SectionColumn("client", N_("Client")),
        SectionColumn("owner", N_("Owner")),
        SectionColumn("status", N_("Status")),
    ),
    note=N_("Open, no next task in the file, and no rule says what to do: nobody sells to them."),
)
_MOST_SHOWN: Final = 1000
"""So many rows of a list that only pages show are kept: all of them stand in the base."""

SECTIONS: Final = (_RULES_SECTION, _FIRST_SECTION, _MANAGERS_SECTION, _LEFT_OUT_SECTION, _WITHOUT_TASK_SECTION)


def list_rules(bound: BoundRules, taken: Taken, answers: Answers, size: int) -> pd.DataFrame:
    """Return what each rule and chain did, in the order in which they are tried.

    Args:
        size: records of the table.

    Returns:
        ``segment`` (name of the rule or chain), ``kind`` (``rule`` or ``chain``), ``pack`` (``""`` for one of the
        user's own), ``source`` (the pack's title), ``rows`` (records that it took; of a chain those that it gave the
        next action), ``share`` (of all), ``fits`` (records that its condition holds of, whoever took them; of a chain
        ``rows``), ``missing`` (what the file lacks, ``""`` where the rule was applied) and ``when``.
    """
    by_rule = np.bincount(taken.rule[taken.rule != NO_RULE], minlength=len(bound.segments))
    lines = [
        (item.rule.name, "rule", item.pack, int(rows), fits, name_missing(item.missing), item.rule.when)
        for item, rows, fits in zip(bound.segments, by_rule.tolist(), taken.fitting, strict=True)
    ]
    in_step = (answers.step > 0) & (taken.chain != NO_CHAIN)
    by_chain = np.bincount(taken.chain[in_step], minlength=len(bound.chains)).tolist()
    lines += [
        (item.chain.name, "chain", item.pack, rows, rows, name_missing(item.missing), item.chain.when)
        for item, rows in zip(bound.chains, by_chain, strict=True)
    ]
    frame = pd.DataFrame(lines, columns=["segment", "kind", "pack", "rows", "fits", "missing", "when"])
    frame["source"] = [load_pack(name).title if name else _("own") for name in frame["pack"]]
    frame["share"] = frame["rows"] / max(1, size)
    return frame[["segment", "kind", "pack", "source", "rows", "share", "fits", "missing", "when"]]


def list_first(tasks: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Return the tasks that a page shows: what is due first, and of one day that of the earlier rule."""
    places = {name: place for place, name in reversed(list(enumerate(rules["segment"].tolist())))}
    names, codes = tasks["segment"].unique(), pd.factorize(tasks["segment"])[0]
    place = np.array([places.get(name, len(places)) for name in names], dtype=np.int64)[codes]
    day = tasks["due"].str.slice(0, 10)
    order = np.lexsort((place, pd.factorize(day, sort=True)[0], day.eq("")))
    return tasks.iloc[order[:_MOST_SHOWN]].reset_index(drop=True)


def list_without_task(table: Table, rows: NDArray[np.bool_]) -> pd.DataFrame:
    """Return clients to whom nobody sells, the first ones: ``row``, ``id``, ``client``, ``owner`` and ``status``."""
    places = np.flatnonzero(rows)[:_MOST_SHOWN]
    stage, status = table.coalesced("stage").iloc[places], table.coalesced("status").iloc[places]
    return pd.DataFrame(
        {
            "row": places + 1,
            "id": table.coalesced("id").iloc[places].array,
            "client": name_clients(table, places).array,
            "owner": table.coalesced("owner").iloc[places].array,
            "status": stage.where(stage.ne(""), status).array,
        }
    )


def list_left_out(table: Table, assignment: Assignment) -> pd.DataFrame:
    """Return the clients whom nobody could take: ``row``, ``id``, ``client``, ``skill`` and ``reason`` (a title)."""
    left = assignment.left_out
    places = left["row"].to_numpy(dtype=np.int64) - 1
    reasons = [LEFT_OUT[reason] for reason in left["reason"].tolist()]
    return pd.DataFrame(
        {
            "row": places + 1,
            "id": table.coalesced("id").iloc[places].array,
            "client": name_clients(table, places).array,
            "skill": left["skill"].array,
            "reason": pd.Series(reasons, dtype="str"),
        }
    )
