"""What became of each new record: known to the base, doubtful, or new."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from crmclean.matching.arrays import MISSING, Bools, Floats, Ints, Levels, Objects
from crmclean.matching.deciding import DOUBTFUL, MERGED
from crmclean.matching.explaining import reasons
from crmclean.matching.link_pairs import MatchedPart

NEW, IN_DOUBT, KNOWN = 0, 1, 2
NO_ROW: Final = np.iinfo(np.int64).max


@dataclass(frozen=True)
class LookedUp:
    """The answer for each new row.

    Attributes:
        status: ``NEW``, ``IN_DOUBT`` or ``KNOWN``.
        base_row: row of the base that it is, or may be; ``MISSING`` for a new record.
        probability: of the weakest link on the way to it; NaN for a new record.
        reason: in words, ``""`` for a new record.
        client: number that the new rows of one client share.
    """

    status: Levels
    base_row: Ints
    probability: Floats
    reason: Objects
    client: Ints


def look_up(people: MatchedPart, cards: MatchedPart) -> LookedUp:
    """Return the answer for each new row."""
    size = people.part.new
    answer = LookedUp(
        status=np.full(size, NEW, dtype=np.uint8),
        base_row=np.full(size, MISSING, dtype=np.int64),
        probability=np.full(size, np.nan),
        reason=np.full(size, "", dtype=object),
        client=np.arange(size, dtype=np.int64),
    )
    for matched in (people, cards):
        _fill(answer, matched)
    return answer


def _fill(answer: LookedUp, matched: MatchedPart) -> None:
    """Write down what the matching of one kind of record says of its new rows."""
    part, cluster = matched.part, matched.clustering.cluster
    is_new = (matched.rows != MISSING) & (matched.rows < part.new)
    base_row = np.full(len(matched.rows), MISSING, dtype=np.int64)
    of_base = matched.rows >= part.new
    base_row[of_base] = part.base_rows[matched.rows[of_base] - part.new]
    ours = np.flatnonzero(is_new)
    rows = matched.rows[ours]
    first = np.full(len(cluster), NO_ROW)
    np.minimum.at(first, cluster[ours], rows)
    answer.client[rows] = first[cluster[ours]]
    found = _known(matched, is_new, base_row)
    for status, (record, target, probability, pair) in (
        (KNOWN, found),
        (IN_DOUBT, _doubtful(matched, is_new, base_row, found)),
    ):
        to = matched.rows[record]
        answer.status[to] = status
        answer.base_row[to] = target
        answer.probability[to] = probability
        answer.reason[to] = reasons(matched.decided, pair).to_numpy(object)


_Found = tuple[Ints, Ints, Floats, Ints]
"""New record, row of the base, probability, and the pair that says why."""


def _known(matched: MatchedPart, is_new: Bools, base_row: Ints) -> _Found:
    """Return the new records of clients of the base: by the strongest link to it, else over other new records."""
    compared, cluster = matched.decided.scored.compared, matched.clustering.cluster
    pairs = np.flatnonzero(matched.decided.tier == MERGED)
    pairs = pairs[cluster[compared.left[pairs]] == cluster[compared.right[pairs]]]
    # Both directions: from a record that is not placed yet to one that is.
    source = np.concatenate([compared.left[pairs], compared.right[pairs]])
    target = np.concatenate([compared.right[pairs], compared.left[pairs]])
    pair = np.concatenate([pairs, pairs])
    kept = is_new[source]
    source, target, pair = source[kept], target[kept], pair[kept]
    row, probability = base_row.copy(), np.where(base_row != MISSING, 1.0, np.nan)
    why = np.full(len(row), MISSING, dtype=np.int64)
    own = matched.decided.scored.probability
    while True:
        ready = np.flatnonzero((row[source] == MISSING) & (row[target] != MISSING))
        if not len(ready):
            break
        reached = np.minimum(own[pair[ready]], probability[target[ready]])
        order = np.lexsort((row[target[ready]], -reached, source[ready]))
        best = order[np.unique(source[ready][order], return_index=True)[1]]
        chosen = ready[best]
        placed = row[target[chosen]]
        row[source[chosen]], why[source[chosen]] = placed, pair[chosen]
        probability[source[chosen]] = reached[best]
    record = np.flatnonzero(is_new & (row != MISSING))
    return record, row[record], probability[record], why[record]


def _doubtful(matched: MatchedPart, is_new: Bools, base_row: Ints, found: _Found) -> _Found:
    """Return the new records of clients that may be one of the base: by the strongest question about the client."""
    decided, cluster = matched.decided, matched.clustering.cluster
    compared = decided.scored.compared
    row = base_row.copy()
    row[found[0]] = found[1]
    has_base = np.zeros(len(cluster), dtype=np.bool_)
    has_base[cluster[row != MISSING]] = True
    low = np.minimum(cluster[compared.left], cluster[compared.right])
    high = np.maximum(cluster[compared.left], cluster[compared.right])
    number = low * len(cluster) + high
    asked = (decided.tier == DOUBTFUL) | ((decided.tier == MERGED) & (low != high))
    asked &= ~np.isin(number, number[decided.said_different])
    asked &= has_base[cluster[compared.left]] != has_base[cluster[compared.right]]
    pairs = np.flatnonzero(asked)
    on_left = has_base[cluster[compared.left[pairs]]]
    known = np.where(on_left, compared.left[pairs], compared.right[pairs])
    open_ = np.where(on_left, compared.right[pairs], compared.left[pairs])
    probability = decided.scored.probability[pairs]
    order = np.lexsort((row[known], -probability, cluster[open_]))
    clients, first = np.unique(cluster[open_][order], return_index=True)
    best = order[first]
    of_client = np.full(len(cluster), MISSING, dtype=np.int64)
    of_client[clients] = best
    record = np.flatnonzero(is_new & (of_client[cluster] != MISSING))
    chosen = of_client[cluster[record]]
    return record, row[known[chosen]], probability[chosen], pairs[chosen]
