"""What people said of a card holds when the card is corrected: an answer follows it to what it says today.

Answers are kept by what the two records said. The history knows which ID a record of that content had, so that the
record of this ID today can be found, if it is still about the same client.
"""

from collections.abc import Mapping
from itertools import product
from typing import Final

import numpy as np
import pandas as pd

from crmclean.history.client_claims import shared_evidence
from crmclean.matching.fingerprints import format_keys, parse_keys

_MOST_CARDS: Final = 8
"""An ID that more records share than this is no ID; see ``history.client_claims``."""


def carry_answers(answers: pd.DataFrame, today: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return the answers that hold today because one of their cards was corrected, and that nobody has given so.

    Args:
        answers: columns ``matching.answers.ANSWER_COLUMNS``.
        today: today's records: ``key``, ``origin`` and the evidence of ``history.client_claims``.
        known: the records of earlier runs, the same columns.

    Returns:
        Answers in the same columns, each of the moment of the one that it follows; without levels, because one answer
        moves the weights once.
    """
    moved = _moved_keys(answers, today, known)
    given = set(zip(answers["of"].tolist(), answers["key_a"].tolist(), answers["key_b"].tolist(), strict=True))
    lines = []
    for line in answers.to_dict("records"):
        one, other = str(line["key_a"]), str(line["key_b"])
        for pair in product((one, *moved.get(one, ())), (other, *moved.get(other, ()))):
            first, second = sorted(pair)
            if (line["of"], first, second) not in given:
                given.add((line["of"], first, second))
                # It moved the weights when it was given.
                lines.append({**line, "key_a": first, "key_b": second, "levels": ""})
    return pd.DataFrame(lines, columns=list(answers.columns)).astype(answers.dtypes.to_dict())


def _moved_keys(answers: pd.DataFrame, today: pd.DataFrame, known: pd.DataFrame) -> Mapping[str, list[str]]:
    """Return, by the key that an answer names, the keys that its cards have today where they are others."""
    asked = np.unique(parse_keys(pd.concat([answers["key_a"], answers["key_b"]], ignore_index=True)))
    earlier = known[known["key"].isin(asked)]
    later = today[today["origin"].isin(earlier["origin"])]
    times = later["origin"].map(later["origin"].value_counts())
    later = later[times.le(_MOST_CARDS)]
    pairs = pd.merge(
        earlier.reset_index()[["index", "key", "origin"]],
        later.reset_index()[["index", "key", "origin"]],
        on="origin",
        suffixes=("_then", "_now"),
    )
    pairs = pairs[pairs["key_then"].ne(pairs["key_now"])]
    shared = shared_evidence(earlier.loc[pairs["index_then"]], later.loc[pairs["index_now"]])
    pairs = pairs[shared > 0].drop_duplicates(["key_then", "key_now"])
    moved: dict[str, list[str]] = {}
    for then, now in zip(_as_texts(pairs["key_then"]), _as_texts(pairs["key_now"]), strict=True):
        moved.setdefault(then, []).append(now)
    return {key: sorted(keys) for key, keys in moved.items()}


def _as_texts(keys: "pd.Series[int]") -> list[str]:
    return format_keys(np.asarray(keys, dtype=np.uint64)).tolist()
