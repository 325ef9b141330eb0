"""What earlier runs know of the clients: their records as hashes, and the ids that are no longer in use."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from crmclean.history.client_claims import EVIDENCE, NOBODY
from crmclean.history.client_numbers import rank_in_runs, write_ids

IDENTITY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "key": "uint64",
        "origin": "uint64",
        "rest": "uint32",
        **dict.fromkeys(EVIDENCE, "uint32"),
        "card": "bool",
        "survivor": "bool",
    }
)
"""What is known of a record, with the types; see ``assign_ids``."""

KNOWN_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {"client": "uint64", **IDENTITY, "born_run": "int32", "born_day": "int32", "seen": "int32"}
)
RETIRED_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {"client": "uint64", "into": "uint64", "run": "int32", "day": "int32"}
)


def _empty(columns: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame({name: np.empty(0, dtype=dtype) for name, dtype in columns.items()})


@dataclass(frozen=True)
class KnownClients:
    """What earlier runs know of the clients. Days count from 1970-01-01, months from year 0.

    Attributes:
        records: a line per known record, ``KNOWN_COLUMNS``: number of its client, identity, run and day in which the
            client was born, month in which the record was last seen. Sorted by client, key,
            origin and rest.
        retired: a line per id that is no longer in use, ``RETIRED_COLUMNS``: the client that it was merged into, 0
            where it was forgotten, and when. In the order of events.
        saved_by: number of the run that wrote this, 0 before the first.
    """

    records: pd.DataFrame
    retired: pd.DataFrame
    saved_by: int = 0

    @classmethod
    def none(cls) -> "KnownClients":
        """Return what is known before the first run."""
        return cls(_empty(KNOWN_COLUMNS), _empty(RETIRED_COLUMNS))

    def merged(self) -> pd.DataFrame:
        """Return what was merged: ``merged_id``, ``surviving_id`` as it is now, ``run`` and ``day`` (ISO)."""
        lines = self.retired[self.retired["into"].ne(0)]
        survivor = lines["into"].to_numpy(np.uint64).copy()
        successors = pd.Index(lines["client"])
        place = successors.get_indexer(pd.Index(survivor))
        # An id is retired once and into one that is in use then: the way to the end has no circles.
        while (place != NOBODY).any():
            survivor[place != NOBODY] = lines["into"].to_numpy(np.uint64)[place[place != NOBODY]]
            place = successors.get_indexer(pd.Index(survivor))
        days = pd.Series(lines["day"].to_numpy().astype("datetime64[D]").astype(str), dtype="str")
        return pd.DataFrame(
            {
                "merged_id": write_ids(lines["client"].to_numpy(np.uint64)),
                "surviving_id": write_ids(survivor),
                "run": lines["run"].to_numpy(np.int64),
                "day": days,
            }
        )

    def clients(self) -> pd.DataFrame:
        """Return the clients in the order of their numbers: ``client``, ``born_run``, ``born_day``."""
        first = rank_in_runs(self.records["client"].to_numpy(np.uint64)) == 0
        columns = self.records[["client", "born_run", "born_day"]]
        return columns.take(np.flatnonzero(first)).reset_index(drop=True)

    def same_as(self, other: "KnownClients") -> bool:
        """Return whether both know the same, whoever saved it."""
        return _equal(self.records, other.records) and _equal(self.retired, other.retired)


def _equal(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return len(one) == len(other) and all(np.array_equal(one[name], other[name]) for name in one.columns)
