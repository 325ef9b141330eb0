"""`python -m benchmarks.peers.exact_peer BASE -o CLUSTERS --by phone`: what an analyst writes in an hour.

Rows of one mobile phone, in whichever column, are one client; with `--by phone-or-mail` those of one mailbox too. What
more rows have than any client has records is a placeholder and tells nothing.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from benchmarks.peers.client_base import read_client_base

MOST_ROWS: Final = 12
"""A phone or mailbox in more rows than this is taken for a placeholder; the best of those that were tried."""


def cluster_rows(base: pd.DataFrame, with_mail: bool) -> list[int]:
    """Return for each row of a prepared base the place of the first row that it hangs together with."""
    first = list(range(len(base)))

    def find(place: int) -> int:
        while first[place] != place:
            first[place] = first[first[place]]
            place = first[place]
        return place

    owner: dict[str, int] = {}
    values = [_values(*contacts, with_mail) for contacts in zip(base["mobiles"], base["email"], strict=True)]
    used = Counter(value for of_row in values for value in of_row)
    for place, of_row in enumerate(values):
        for value in of_row:
            if used[value] <= MOST_ROWS:
                one, other = sorted((find(owner.setdefault(value, place)), find(place)))
                first[other] = one
    return [find(place) for place in range(len(base))]


def _values(mobiles: Sequence[str] | None, mail: str | None, with_mail: bool) -> list[str]:
    return [*(mobiles or ()), *([mail] if mail and with_mail else [])]


def main() -> None:
    """Read the arguments and write the clusters."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers.exact_peer", description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--by", choices=("phone", "phone-or-mail"), default="phone")
    arguments = parser.parse_args()
    base = read_client_base(arguments.base)
    labels = cluster_rows(base, arguments.by == "phone-or-mail")
    pd.DataFrame({"row": base["row"], "cluster_id": labels}).to_csv(arguments.output, index=False)


if __name__ == "__main__":
    main()
