"""Which records of an archive and of an export `dedup` has made one: the IDs that a row has and has taken in."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from crmclean.hygiene.dead_found import Bools
from crmclean.segmenting.archive_columns import Rows

_MOST_OF_ONE_ID: Final = 20
"""An ID of more rows than this is none: a zero, a dash."""


@dataclass(frozen=True)
class MergedPairs:
    """Rows of an archive and of an export that have an ID in common, one of them by having taken it in.

    Attributes:
        old: row of the archive.
        new: row of the export.
        by_own_id: the ID of the row of the archive itself is in common.
    """

    old: Rows
    new: Rows
    by_own_id: Bools


def find_merged(identity: "pd.Series[str]", merged: "pd.Series[str]", partner: Rows) -> MergedPairs:
    """Return which rows of the archive that are not known again were merged with which rows of the export.

    Two rows of one ID were not merged with each other, unless one of them was known again as a row of another ID.

    Args:
        identity: ID of every row, those of the archive first, ``""`` where it has none.
        merged: the IDs that it has taken in, joined by ``, ``.
        partner: row of the export that is the same record as each row of the archive, -1 where none is.
    """
    size = len(partner)
    ids = identity.to_numpy()
    taken_in = _explode(merged)
    paired = np.flatnonzero(partner >= 0)
    leader = np.full(len(ids) - size, "", dtype=object)
    leader[partner[paired]] = ids[paired]
    renamed = (leader != "") & (leader != ids[size:])
    is_named = merged.ne("").to_numpy(np.bool_)
    free = np.concatenate([partner < 0, is_named[size:] | renamed])
    free[size:] |= identity.iloc[size:].isin(taken_in["id"][taken_in["row"] < size]).to_numpy(np.bool_)
    own_rows = np.flatnonzero(free & (ids != ""))
    own = pd.DataFrame({"row": own_rows, "id": ids[own_rows], "is_own": True})
    known = pd.concat([own, taken_in[free[taken_in["row"].to_numpy(np.int64)]]], ignore_index=True)
    is_old = known["row"].lt(size)
    new = known[~is_old]
    often = new["id"].value_counts()
    new = new[~new["id"].isin(often.index[often > _MOST_OF_ONE_ID])].assign(row=new["row"] - size)
    joined = known[is_old].merge(new, on="id", suffixes=("_old", "_new"))
    joined = joined.sort_values("is_own_old", ascending=False, kind="stable").drop_duplicates(["row_old", "row_new"])
    old, found = (joined[name].to_numpy(np.int64) for name in ("row_old", "row_new"))
    by_own_id = joined["is_own_old"].to_numpy(np.bool_)
    # Of two lines of one ID each counts for itself.
    wanted = leader[found] != ids[old]
    return MergedPairs(old[wanted], found[wanted], by_own_id[wanted])


def _explode(merged: "pd.Series[str]") -> pd.DataFrame:
    """Return ``row``, ``id`` and ``is_own`` (no) of every ID that was taken in, each of a row once."""
    rows = np.flatnonzero(merged.ne(""))
    lists = merged.iloc[rows].str.split(",").explode()
    ids = lists.str.strip()
    row = np.repeat(rows, merged.iloc[rows].str.count(",").to_numpy(np.int64) + 1)
    frame = pd.DataFrame({"row": row.astype(np.int64), "id": ids.to_numpy(), "is_own": False})
    return frame[frame["id"].ne("")].drop_duplicates(ignore_index=True)
