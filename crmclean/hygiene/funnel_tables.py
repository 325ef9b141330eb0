"""The tables of a funnel: by stage, where they drop out, by manager, by source, by reason, whom to see first."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.hygiene_settings import FunnelSettings
from crmclean.core.i18n import N_, _
from crmclean.core.table import Table
from crmclean.fields.text import fold_cells
from crmclean.hygiene.funnel_counts import Groups, divide, divide_rest, find_interval, group_texts
from crmclean.hygiene.funnel_money import Money
from crmclean.hygiene.funnel_order import StageOrder
from crmclean.hygiene.funnel_reach import Reach
from crmclean.hygiene.funnel_stages import CLOSED_STATE, LOST_STATE, UNKNOWN_STATE, WON_STATE, Stages
from crmclean.hygiene.funnel_tags import Tags
from crmclean.hygiene.funnel_times import Days, Promises, Times

REMARKS: Final = MappingProxyType(
    {
        "few": N_("few"),
        "silent": N_("does not answer"),
        "sells": N_("sells better"),
        "sells-little": N_("sells worse"),
    }
)
"""What a line of the table of sources says beyond chance, by its code."""

_SHOWN_FIRST: Final = 200


@dataclass(frozen=True)
class Funnel:
    """Everything that is known of the rows, for the tables."""

    table: Table
    settings: FunnelSettings
    stages: Stages
    order: StageOrder
    times: Times
    promises: Promises
    reach: Reach
    tags: Tags
    money: Money
    allowed: Days
    applied: frozenset[str]

    def of_state(self, state: int) -> NDArray[np.bool_]:
        """Tell which rows are in a state."""
        mask: NDArray[np.bool_] = self.stages.state == state
        return mask

    def count_tags(self, groups: Groups) -> dict[str, NDArray[np.float64]]:
        """Return the rows of each group by tag; NaN where the rule was skipped."""
        masks = {"stuck": self.tags.stuck, "no-task": self.tags.no_task, "overdue-promise": self.tags.overdue}
        names = {"stuck": "stuck", "no-task": "no_task", "overdue-promise": "overdue"}
        return {
            names[tag]: groups.count(mask).astype(np.float64)
            if tag in self.applied
            else np.full(groups.size, np.nan, dtype=np.float64)
            for tag, mask in masks.items()
        }

    def sum_money(self, groups: Groups, mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the money of each group over the rows of the mask; NaN where the file has no amounts."""
        return groups.total(self.money.amounts, mask) if self.money.known else np.full(groups.size, np.nan)


def list_stages(funnel: Funnel) -> pd.DataFrame:
    """Return one line a stage of each pipeline, in the order of the path; those off the path below it.

    ``median_days``: of open records in the stage so far, of ended ones from creation to end.
    """
    stages, listed = funnel.stages, funnel.stages.listed
    groups = Groups(stages.now, len(listed))
    pipelines = pd.factorize(listed["pipeline"])[0].astype(np.int64)
    sizes = Groups(pipelines[stages.now], int(pipelines.max(initial=-1)) + 1).count()
    is_open = groups.count(stages.is_open) > 0
    lines = pd.DataFrame(
        {
            "pipeline": listed["pipeline"],
            "step": funnel.order.steps,
            "stage": listed["stage"],
            "class": listed["name"],
            "records": groups.count(),
            "share": divide(groups.count(), sizes[pipelines]),
            "median_days": groups.median(funnel.times.days),
            "allowed_days": np.where(is_open, funnel.allowed, np.nan),
            **funnel.count_tags(groups),
            "money": funnel.sum_money(groups, np.ones(len(stages.now), dtype=np.bool_)),
            "size": sizes[pipelines],
        }
    )
    # Open stages before ended ones; of those off the path the fullest first.
    lines["off_path"] = lines["step"].eq(0)
    lines["ended"] = ~is_open & lines["off_path"]
    by = ["size", "pipeline", "ended", "off_path", "step", "records", "stage"]
    lines = lines.sort_values(by, ascending=[False, True, True, True, True, False, True], ignore_index=True)
    return lines[lines["records"].gt(0) | lines["step"].gt(0)].drop(columns=["size", "off_path", "ended"])


def list_drop_out(funnel: Funnel) -> pd.DataFrame:
    """Return one line a step of each pipeline that has an order: who came so far, and who went on.

    A snapshot knows how far an open record has come, and a won one. A lost record is known where a column keeps the
    stage in which it was lost; of the others (``unplaced``) nobody knows, so that the share that went on is a range:
    all of them dropped out in this step, or all of them later. Duplicates are no sales of their own and are left out.
    """
    stages, steps = funnel.stages, funnel.order.steps
    counted = ~stages.names.eq("duplicate").to_numpy(dtype=np.bool_)
    place = steps[stages.last] if len(steps) else steps
    parts = []
    for pipeline, group in stages.listed.groupby("pipeline", sort=True):
        last_step = int(steps[group.index].max())
        if not last_step:
            continue
        inside = np.isin(stages.now, group.index.to_numpy()) & counted
        parts.append(_list_steps(funnel, str(pipeline), group, place, inside, last_step))
    parts.sort(key=lambda lines: -int(lines["reached"].iloc[0] + lines["unplaced"].iloc[0]))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["pipeline", "step"])


def _list_steps(
    funnel: Funnel,
    pipeline: str,
    group: pd.DataFrame,
    place: NDArray[np.int64],
    inside: NDArray[np.bool_],
    last_step: int,
) -> pd.DataFrame:
    state, won = funnel.stages.state, last_step + 1
    came = np.where(state == WON_STATE, won, place)[inside]
    numbers = np.arange(1, won + 1)
    here = np.bincount(came, minlength=won + 1)
    reached = here[::-1].cumsum()[::-1][1:]
    lost = np.bincount(place[inside & np.isin(state, (LOST_STATE, CLOSED_STATE))], minlength=won + 1)[1:]
    unplaced = int(here[0])
    beyond = np.append(reached[1:], 0)
    steps = funnel.order.steps[group.index]
    names = [_join_names(group["stage"].to_numpy(dtype=object)[steps == number].tolist()) for number in numbers[:-1]]
    everyone = reached + unplaced
    lines = pd.DataFrame(
        {
            "pipeline": pd.Series([pipeline] * won, dtype="str"),
            "step": numbers,
            "stages": pd.Series([*names, _("won")], dtype="str"),
            "reached": reached,
            "lost_here": lost,
            "went_on": beyond,
            "least": divide(beyond, everyone),
            "most": divide(beyond + unplaced, everyone),
            "unplaced": np.full(won, unplaced),
        }
    )
    lines.loc[won - 1, ["least", "most"]] = np.nan
    return lines


def _join_names(names: Sequence[str]) -> str:
    return ", ".join(sorted(names))


def list_managers(funnel: Funnel) -> pd.DataFrame:
    """Return one line a manager: what is open, what waits, what was sold; no line where no column names one."""
    groups, names = _group_folded(funnel.table.coalesced("owner"))
    won, records = groups.count(funnel.of_state(WON_STATE)), groups.count()
    low, high = find_interval(won, records)
    lines = pd.DataFrame(
        {
            "manager": pd.Series(names, dtype="str"),
            "records": records,
            "open": groups.count(funnel.stages.is_open),
            **funnel.count_tags(groups),
            "won": won,
            "lost": groups.count(funnel.of_state(LOST_STATE)),
            "conversion": divide(won, records),
            "conversion_low": low,
            "conversion_high": high,
            "money": funnel.sum_money(groups, funnel.of_state(WON_STATE)),
            "open_money": funnel.sum_money(groups, funnel.stages.is_open),
            "remark": _mark_few(records, funnel.settings.few),
        }
    )
    lines = lines.sort_values(["records", "manager"], ascending=[False, True], ignore_index=True)
    return lines if funnel.table.with_role("owner") else lines.head(0)


def list_sources(funnel: Funnel) -> pd.DataFrame:
    """Return one line a source: who came, who was reached, who does not answer, who bought; none without a column."""
    groups, names = _group_folded(funnel.table.coalesced("source"))
    leads, won = groups.count(), groups.count(funnel.of_state(WON_STATE))
    silent, reached = groups.count(funnel.reach.silent), groups.count(funnel.reach.reached)
    low, high = find_interval(won, leads)
    silent_low, silent_high = find_interval(silent, leads)
    money = funnel.sum_money(groups, funnel.of_state(WON_STATE))
    remarks = np.char.add(
        np.where(silent_low > divide_rest(silent, leads), "silent; ", ""),
        np.where(
            low > divide_rest(won, leads), "sells; ", np.where(high < divide_rest(won, leads), "sells-little; ", "")
        ),
    )
    remarks = np.where(leads < funnel.settings.few, "few; ", remarks)
    lines = pd.DataFrame(
        {
            "source": pd.Series(names, dtype="str"),
            "leads": leads,
            "reached": reached,
            "reached_share": divide(reached, leads),
            "silent": silent,
            "silent_share": divide(silent, leads),
            "silent_low": silent_low,
            "silent_high": silent_high,
            "won": won,
            "conversion": divide(won, leads),
            "conversion_low": low,
            "conversion_high": high,
            "money": money,
            "money_per_lead": divide(money, leads),
            "remark": pd.Series([remark.removesuffix("; ") for remark in remarks.tolist()], dtype="str"),
        }
    )
    lines = lines.sort_values(["leads", "source"], ascending=[False, True], ignore_index=True)
    return lines if funnel.table.with_role("source") else lines.head(0)


def _mark_few(records: NDArray[np.int64], few: int) -> "pd.Series[str]":
    return pd.Series(np.where(records < few, "few", "").tolist(), dtype="str")


def list_losses(funnel: Funnel) -> pd.DataFrame:
    """Return one line a reason of the loss, of lost records alone; none without a column."""
    lost = funnel.of_state(LOST_STATE) | funnel.of_state(CLOSED_STATE)
    groups, names = _group_folded(funnel.table.coalesced("loss_reason"))
    records = groups.count(lost)
    lines = pd.DataFrame(
        {
            "reason": pd.Series(names, dtype="str"),
            "records": records,
            "share": divide(records, np.full(len(records), lost.sum())),
            "money": funnel.sum_money(groups, lost),
        }
    )
    lines = lines[lines["records"].gt(0) & bool(funnel.table.with_role("loss_reason"))]
    return lines.sort_values(["records", "reason"], ascending=[False, True], ignore_index=True)


def _group_folded(cells: "pd.Series[str]") -> tuple[Groups, list[str]]:
    """Return rows by text, whatever its case and spaces, and of each group the commonest spelling."""
    written, texts = group_texts(cells)
    merged, keys = group_texts(fold_cells(pd.Series(texts, dtype="str")))
    order = pd.DataFrame({"group": merged.codes, "records": -written.count(), "text": texts})
    spelled = order.sort_values(["group", "records", "text"]).drop_duplicates("group")["text"].tolist()
    return Groups(merged.codes[written.codes] if len(keys) else written.codes, len(keys)), spelled


def list_first(funnel: Funnel, reasons: "pd.Series[str]") -> pd.DataFrame:
    """Return the records to look at first: those with a tag, the most money first, then the longest wait."""
    table = funnel.table
    rows = np.flatnonzero(funnel.tags.any)
    days = funnel.times.days[rows]
    amounts = funnel.money.amounts[rows]
    order = np.lexsort((rows, -np.nan_to_num(days, nan=-1.0), -np.nan_to_num(amounts, nan=-1.0)))[:_SHOWN_FIRST]
    chosen = rows[order]
    frame = table.with_frame(table.frame.iloc[chosen])
    title = frame.coalesced("deal_title")
    for role in ("company", "full_name", "last_name"):
        title = title.where(title.ne(""), frame.coalesced(role))
    return pd.DataFrame(
        {
            "row": chosen + 1,
            "id": frame.coalesced("id"),
            "title": title,
            "manager": frame.coalesced("owner"),
            "stage": funnel.stages.listed["stage"].take(funnel.stages.now[chosen]).reset_index(drop=True),
            "days": days[order],
            "money": amounts[order],
            "why": reasons.take(chosen).reset_index(drop=True),
        }
    )


def count_unknown(funnel: Funnel) -> int:
    """Return the records of which nobody can tell whether they are open."""
    return int(funnel.of_state(UNKNOWN_STATE).sum())
