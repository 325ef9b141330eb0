"""What is wrong with an open record: stuck in its stage, no next task, a promise whose date has passed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.errors import UsageError
from crmclean.core.hygiene_settings import FunnelSettings
from crmclean.core.i18n import _, ngettext
from crmclean.hygiene.evidence_columns import join_cells, spread_texts
from crmclean.hygiene.funnel_stages import Stages, stage_key
from crmclean.hygiene.funnel_times import Days, Promises, Times
from crmclean.hygiene.statuses import CLASSES

Bools = NDArray[np.bool_]

TAGS: Final = ("stuck", "no-task", "overdue-promise")
"""The tags in the order in which they stand in ``crmclean_funnel``."""


@dataclass(frozen=True)
class Tags:
    """Which rows have which tag; of a rule that was skipped, none."""

    stuck: Bools
    no_task: Bools
    overdue: Bools

    @property
    def any(self) -> Bools:
        """Tell which rows have a tag at all."""
        return self.stuck | self.no_task | self.overdue


def read_allowed(listed: pd.DataFrame, settings: FunnelSettings) -> tuple[Days, list[str]]:
    """Return the days that each listed stage allows, and the stages of the settings that nothing is called by.

    A stage of its own name comes before its class, its class before the days of all.

    Raises:
        UsageError: what is allowed is no number of days.
    """
    by_name = {stage_key(stage): _read_days(stage, days) for stage, days in settings.allowed}
    keys, names = listed["key"].tolist(), listed["name"].tolist()
    allowed = [
        by_name.get(key, by_name.get(name, settings.stage_days) if name else settings.stage_days)
        for key, name in zip(keys, names, strict=True)
    ]
    known = {*keys, *CLASSES}
    missing = [stage for stage, _days in settings.allowed if stage_key(stage) not in known]
    missing += [stage for stage in settings.stages if stage_key(stage) not in keys]
    return np.array(allowed, dtype=np.float64), list(dict.fromkeys(missing))


def _read_days(stage: str, days: str) -> int:
    text = days.strip()
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 100_000):
        raise UsageError(
            _("--allowed {stage}={days}: a whole number of days is expected.").format(stage=stage, days=days),
            _("For example: --allowed {stage}=14").format(stage=stage),
        )
    return int(text)


def find_tags(stages: Stages, times: Times, promises: Promises, allowed: Days, applied: Sequence[str]) -> Tags:
    """Return the tags of every row.

    Args:
        allowed: of every listed stage, in days.
        applied: the rules that the file has the columns for.
    """
    is_open = stages.is_open
    late = (promises.task_days > 0) | (promises.expected_days > 0) | promises.task_overdue
    return Tags(
        stuck=is_open & (times.days > allowed[stages.now]) & ("stuck" in applied),
        no_task=is_open & ~promises.has_task & ("no-task" in applied),
        overdue=is_open & late & ("overdue-promise" in applied),
    )


def write_tags(tags: Tags) -> "pd.Series[str]":
    """Return the tags of every row as codes joined by ``; ``."""
    columns = [
        spread_texts(["", tag], mask.astype(np.int64))
        for tag, mask in zip(TAGS, (tags.stuck, tags.no_task, tags.overdue), strict=True)
    ]
    return join_cells(columns)


def write_reasons(tags: Tags, stages: Stages, times: Times, promises: Promises, allowed: Days) -> "pd.Series[str]":
    """Return in words why each row has its tags, with the days that were counted."""
    names = [stage or _("(not given)") for stage in stages.listed["stage"].tolist()]
    stuck = _write_each(
        tags.stuck,
        [stages.now, times.days, times.since],
        lambda place, days, since: _say_stuck(names[place], days, int(allowed[place]), since),
    )
    no_task = spread_texts(["", _("no next task")], tags.no_task.astype(np.int64))
    late_task = tags.overdue & ((promises.task_days > 0) | promises.task_overdue)
    task = _write_each(late_task, [np.nan_to_num(promises.task_days)], _say_task)
    expected = _write_each(tags.overdue & (promises.expected_days > 0), [promises.expected_days], _say_expected)
    return join_cells([stuck, no_task, task, expected])


def _write_each(mask: Bools, values: Sequence[NDArray[np.int64] | Days], say: Callable[..., str]) -> "pd.Series[str]":
    """Return a text for each row of the mask, made once for every different combination of values."""
    codes = np.zeros(len(mask), dtype=np.int64)
    if not mask.any():
        return spread_texts([""], codes)
    chosen = pd.DataFrame({place: column[mask].astype(np.int64) for place, column in enumerate(values)})
    group = chosen.groupby(list(chosen.columns), sort=False).ngroup().to_numpy()
    codes[mask] = group + 1
    distinct = chosen.drop_duplicates()
    return spread_texts(["", *(say(*row) for row in distinct.itertuples(index=False, name=None))], codes)


def _say_stuck(stage: str, days: int, allowed: int, since: int) -> str:
    message = (
        ngettext(
            "in “{stage}” for {days} day ({allowed} allowed)",
            "in “{stage}” for {days} days ({allowed} allowed)",
            days,
        ),
        ngettext(
            "in “{stage}”, no change for {days} day ({allowed} allowed)",
            "in “{stage}”, no change for {days} days ({allowed} allowed)",
            days,
        ),
        ngettext(
            "in “{stage}”, created {days} day ago ({allowed} allowed)",
            "in “{stage}”, created {days} days ago ({allowed} allowed)",
            days,
        ),
    )[since - 1]
    return message.format(stage=stage, days=days, allowed=allowed)


def _say_task(days: int) -> str:
    if days <= 0:
        return _("the next task is overdue")
    return ngettext("the next task is {days} day overdue", "the next task is {days} days overdue", days).format(
        days=days
    )


def _say_expected(days: int) -> str:
    message = ngettext("the expected date passed {days} day ago", "the expected date passed {days} days ago", days)
    return message.format(days=days)
