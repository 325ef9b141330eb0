"""Which doubtful pair is asked about next: the most probable first, each question once, none that is settled already.

Who is one client with a second and not with a third has settled the pair of the second and the third.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from crmclean.history.decisions import QUESTION
from crmclean.reporting.review import distinct_doubts

Node = tuple[str, str]


@dataclass(frozen=True)
class Step:
    """What was done with a pair.

    Attributes:
        place: of the pair in the queue.
        same: the answer, ``None`` where it was left for later.
        number: of the decision in the history, 0 where there is none.
    """

    place: int
    same: bool | None
    number: int = 0


class ReviewQueue:
    """The doubtful pairs of a run, and what was answered so far.

    Args:
        pairs: the ``review`` table of a run.
        clusters: the ``clusters`` table of the same run: an answer about a record holds for all that were merged
            with it.
        answers: what was decided before; those pairs are not asked about again.
    """

    def __init__(self, pairs: pd.DataFrame, clusters: pd.DataFrame, answers: pd.DataFrame) -> None:
        self._pairs = _undecided(pairs, answers)
        self._nodes = _nodes_of(self._pairs, clusters)
        self._steps: list[Step] = []
        self._settled = _Settled()
        self._place = 0
        self._move_on()

    @property
    def pair(self) -> dict[str, Any] | None:
        """The pair to ask about now, a line of the ``review`` table; ``None`` where nothing is left."""
        if self._place >= len(self._pairs):
            return None
        return {str(name): value for name, value in self._pairs.iloc[self._place].to_dict().items()}

    @property
    def frame(self) -> pd.DataFrame:
        """The pair to ask about now as a frame of one line."""
        return self._pairs.iloc[self._place : self._place + 1].reset_index(drop=True)

    @property
    def number(self) -> int:
        """The number of the question, from 1."""
        return len(self._steps) + 1

    @property
    def left(self) -> int:
        """How many pairs are still to be asked about, this one included."""
        return sum(not self._settled.knows(*nodes) for nodes in self._nodes[self._place :])

    @property
    def same(self) -> int:
        """How many pairs were found to be one client."""
        return sum(step.same is True for step in self._steps)

    @property
    def different(self) -> int:
        """How many pairs were found to be different clients."""
        return sum(step.same is False for step in self._steps)

    @property
    def undecided(self) -> int:
        """How many pairs still wait for an answer, those left for later included."""
        later = (self._nodes[step.place] for step in self._steps if step.same is None)
        return self.left + sum(not self._settled.knows(*nodes) for nodes in later)

    @property
    def last(self) -> Step | None:
        """What was done last."""
        return self._steps[-1] if self._steps else None

    def answer(self, same: bool, number: int) -> None:
        """Answer the pair and go on to the next; ``number`` is that of the decision in the history."""
        self._settled.learn(*self._nodes[self._place], same)
        self._go_on(Step(self._place, same, number))

    def leave(self) -> None:
        """Leave the pair for later and go on to the next."""
        self._go_on(Step(self._place, None))

    def go_back(self) -> Step | None:
        """Take the last step back, so that its pair is asked about again; return it, ``None`` where there was none."""
        if not self._steps:
            return None
        undone = self._steps.pop()
        self._place = undone.place
        self._settled = _Settled()
        for step in self._steps:
            if step.same is not None:
                self._settled.learn(*self._nodes[step.place], step.same)
        return undone

    def _go_on(self, step: Step) -> None:
        self._steps.append(step)
        self._place += 1
        self._move_on()

    def _move_on(self) -> None:
        while self._place < len(self._nodes) and self._settled.knows(*self._nodes[self._place]):
            self._place += 1


class _Settled:
    """What follows from answers: groups that are one client each, and which groups are not one client."""

    def __init__(self) -> None:
        self._parent: dict[Node, Node] = {}
        self._apart: dict[Node, set[Node]] = {}

    def knows(self, first: Node, second: Node) -> bool:
        """Tell whether a pair is settled, either way."""
        one, other = self._top(first), self._top(second)
        return (one == other and first != second) or other in self._apart.get(one, ())

    def learn(self, first: Node, second: Node, same: bool) -> None:
        """Take in an answer."""
        one, other = self._top(first), self._top(second)
        if not same:
            self._apart.setdefault(one, set()).add(other)
            self._apart.setdefault(other, set()).add(one)
        elif one != other:
            self._parent[other] = one
            strangers = self._apart.pop(other, set())
            self._apart.setdefault(one, set()).update(strangers)
            for stranger in strangers:
                self._apart[stranger].discard(other)
                self._apart[stranger].add(one)

    def _top(self, node: Node) -> Node:
        while node in self._parent:
            node = self._parent[node]
        return node


def _undecided(pairs: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    if pairs.empty:
        return pairs
    distinct = distinct_doubts(pairs)
    # The keys of a pair of rows stand in the order of the rows, those of an answer in their own.
    keys = distinct[["key_a", "key_b"]]
    asked = pd.MultiIndex.from_arrays([distinct["of"], keys.min(axis="columns"), keys.max(axis="columns")])
    decided = pd.MultiIndex.from_frame(answers[list(QUESTION)])
    return distinct[~asked.isin(decided)].reset_index(drop=True)


def _nodes_of(pairs: pd.DataFrame, clusters: pd.DataFrame) -> list[tuple[Node, Node]]:
    """Return what each pair asks about: two clients as merged so far, or two records where those are not known."""
    if pairs.empty:
        return []
    cluster_of = clusters["cluster_id"]
    labels = [cluster_of.iloc[(pairs[name] - 1).to_numpy()].tolist() for name in ("row_a", "row_b")]
    nodes: list[tuple[Node, Node]] = []
    keys = zip(pairs["of"].tolist(), pairs["key_a"].tolist(), pairs["key_b"].tolist(), *labels, strict=True)
    for of, key_a, key_b, cluster_a, cluster_b in keys:
        if of == "person" and cluster_a != cluster_b:
            nodes.append((("client", cluster_a), ("client", cluster_b)))
        else:
            nodes.append(((of, key_a), (of, key_b)))
    return nodes
