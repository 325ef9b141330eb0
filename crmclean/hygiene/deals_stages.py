"""Which deals of an export are on the way: by stage, by a column that says so, or because no day of closing stands."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.hygiene_settings import DealsSettings
from crmclean.core.table import Column, Table
from crmclean.hygiene.closed_deals import read_closed
from crmclean.hygiene.statuses import LOST, OPEN, WON, group_pairs, read_statuses

Flags = NDArray[np.bool_]

_ENDS: Final = WON | LOST


@dataclass(frozen=True)
class Stages:
    """What the stages of the rows say.

    Attributes:
        classes: of every row, see ``statuses``; ``""`` where it is not known.
        is_open: work on the deal goes on.
        is_certain: something says so.
        is_unknown: the words of the stage are in no vocabulary, and no column says whether the deal is closed.
    """

    classes: "pd.Series[str]"
    is_open: Flags
    is_certain: Flags
    is_unknown: Flags


def stage_column(table: Table) -> Column | None:
    """Return the column that holds the stage of a deal, else its status."""
    return next(iter([*table.with_role("stage"), *table.with_role("status")]), None)


def read_stages(table: Table, settings: DealsSettings) -> Stages:
    """Return which deals are on the way.

    A column that says whether a deal is closed («Сделка закрыта» of Bitrix24) goes before the name of the stage. A
    stage or status that ends a deal ends it, in whichever column it stands. A deal of an unknown stage is taken for
    open where the export has a column for the day of closing that is empty: but that is not certain.
    """
    extra = group_pairs(settings.statuses)
    classes = pd.Series("", index=table.frame.index, dtype="str")
    is_ended = np.zeros(len(table), dtype=np.bool_)
    is_written = np.zeros(len(table), dtype=np.bool_)
    for column in (*table.with_role("stage"), *table.with_role("status")):
        cells = table.frame[column.name]
        read = read_statuses(cells, extra)
        is_ended |= read.isin(_ENDS).to_numpy()
        is_written |= cells.str.strip().ne("").to_numpy()
        classes = classes.where(classes.ne(""), read)
    flag = read_closed(table)
    says_open, says_closed = flag.eq("no").to_numpy(), flag.eq("yes").to_numpy()
    # Where the flag denies that a deal has ended, nobody knows what its stage means.
    classes = classes.mask(says_open & is_ended, "")
    is_unknown = is_written & classes.eq("").to_numpy() & ~says_open & ~says_closed
    is_certain = (is_written & says_open) | (classes.isin(OPEN).to_numpy() & ~is_ended & ~says_closed)
    is_open = is_certain.copy()
    if table.with_role("closed_at"):
        is_open |= is_unknown & table.coalesced("closed_at").eq("").to_numpy()
    return Stages(classes, is_open, is_certain, is_unknown)
