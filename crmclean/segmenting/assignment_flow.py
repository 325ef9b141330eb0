"""How many clients of each group go to which manager: exact, on a small network of groups, skills and managers.

Three things are wanted, each only among the ways that are best in the one before:

1. As many clients as possible are taken, those of the first rule before those of the second, and so on.
2. As many as possible stay with their manager.
3. The fullest manager is as empty as possible, then the next one, and so on, each measured by its size; where that is
   all the same, the emptier one gets the client.

The first is a maximum flow for each rule. The second is a linear program over a network, whose reduced costs say which
flows every best answer shares (complementary slackness). What is left open is a flow without costs; its fairest loads
are found by decomposition (Fujishige 1980, Groenevelt 1991): spread the clients as if everybody could take everyone,
and where that is no flow, the minimum cut parts managers that have to be full from those that have to be empty.
"""

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NOBODY: Final = -1


@dataclass(frozen=True)
class Groups:
    """Clients that are alike for the sharing out, one entry per group.

    Attributes:
        priority: 0 for the clients that go first; every number up to the largest is there.
        skill: place of the wanted skill in ``Roster.can``.
        owner: place of the manager who has them, ``NOBODY`` where that is none of the managers.
        count: how many clients.
    """

    priority: Ints
    skill: Ints
    owner: Ints
    count: Ints


@dataclass(frozen=True)
class Roster:
    """The managers.

    Attributes:
        can: skills by managers: who can take clients of which skill.
        capacity: how many clients each takes at most.
        size: by what the load of each is measured, at least 1.
    """

    can: Bools
    capacity: Ints
    size: Ints


@dataclass(frozen=True)
class Shares:
    """What was decided.

    Attributes:
        kept: per group, how many clients stay with their manager.
        moved: per group, how many go into the pool of their skill.
        given: skills by managers, how many clients of the pool each manager gets.
    """

    kept: Ints
    moved: Ints
    given: Ints


def share_out(groups: Groups, roster: Roster) -> Shares:
    """Return how the clients are shared out among the managers.

    The same groups give the same shares: whatever leaves a choice is decided by the order of groups and managers.
    """
    if not len(groups.count):
        nothing = np.zeros(0, dtype=np.int64)
        return Shares(nothing, nothing, np.zeros(roster.can.shape, dtype=np.int64))
    network = _Network(groups, roster)
    supply = network.served_by_priority()
    pinned = np.zeros(len(roster.capacity), dtype=np.bool_)
    if network.can_keep.any():
        pinned = network.settle_kept(supply)
    flow = network.even_out(supply, pinned)
    given = np.zeros(roster.can.shape, dtype=np.int64)
    given[np.nonzero(roster.can)] = flow[network.giving]
    kept = np.zeros(len(groups.count), dtype=np.int64)
    kept[network.can_keep] = flow[network.keeping]
    return Shares(kept, flow[network.moving], given)


class _Network:
    """Priorities -> groups -> their manager, or the pool of their skill -> managers. It is narrowed down in place."""

    def __init__(self, groups: Groups, roster: Roster) -> None:
        self._groups, self._roster = groups, roster
        priorities, size = int(groups.priority.max(initial=-1)) + 1, len(groups.count)
        skills, managers = roster.can.shape
        group = priorities + np.arange(size)
        skill, self._manager = priorities + size, priorities + size + skills
        self._nodes = self._manager + managers
        owner = np.where(groups.owner == NOBODY, 0, groups.owner)
        self.can_keep: Bools = (groups.owner != NOBODY) & (managers > 0)
        if managers:
            self.can_keep = self.can_keep & roster.can[groups.skill, owner]
        from_skill, to_manager = np.nonzero(roster.can)
        parts = (
            (groups.priority, group),
            (group[self.can_keep], self._manager + owner[self.can_keep]),
            (group, skill + groups.skill),
            (skill + from_skill, self._manager + to_manager),
        )
        self._tail = np.concatenate([tail for tail, _ in parts])
        self._head = np.concatenate([head for _, head in parts])
        ends = list(accumulate((len(tail) for tail, _ in parts), initial=0))
        self._entering, self.keeping, self.moving, self.giving = (slice(begin, end) for begin, end in pairwise(ends))
        # Only what enters a group is limited; elsewhere the limit is never reached.
        self._limit = np.full(len(self._tail), int(groups.count.sum()), dtype=np.int64)
        self._limit[self._entering] = groups.count
        self._settled = np.zeros(len(self._tail), dtype=np.int64)

    def served_by_priority(self) -> Ints:
        """Return how many clients of each priority can be taken, as the supply of every node."""
        wanted = np.zeros(self._nodes, dtype=np.int64)
        np.add.at(wanted, self._groups.priority, self._groups.count)
        if self._run(wanted, self._roster.capacity).value == wanted.sum():
            return wanted
        # Sets of clients that can be taken together are a matroid: the first rules lose nothing to the later ones,
        # and together they take as many as any choice could.
        supply, taken = np.zeros_like(wanted), 0
        for priority in range(int(self._groups.priority.max()) + 1):
            first = np.where(np.arange(self._nodes) <= priority, wanted, 0)
            reached = self._run(first, self._roster.capacity).value
            supply[priority], taken = reached - taken, reached
        return supply

    def settle_kept(self, supply: Ints) -> Bools:
        """Keep to the flows that leave most clients with their manager, and return whose load they fix."""
        arcs, managers = len(self._tail), len(self._roster.capacity)
        cost = np.zeros(arcs + managers)
        cost[self.keeping] = -1
        # What goes out of a node less what comes in; a manager gives the load on, which is a column of its own.
        tail = np.append(self._tail, self._manager + np.arange(managers))
        ones, places = np.ones(arcs), np.arange(arcs)
        balance = coo_array(
            (
                np.concatenate([np.ones(arcs + managers), -ones]),
                (np.append(tail, self._head), np.concatenate([np.arange(arcs + managers), places])),
            ),
            shape=(self._nodes, arcs + managers),
        )
        highest = np.append(np.full(arcs, np.inf), self._roster.capacity)
        highest[self._entering] = self._limit[self._entering]
        bounds = np.column_stack([np.zeros(arcs + managers), highest])
        answer = linprog(cost, A_eq=balance.tocsr(), b_eq=supply, bounds=bounds, method="highs-ds")
        reduced = answer.lower.marginals + answer.upper.marginals
        # The costs are whole, and so are those of the basis.
        full, empty = reduced < -0.5, reduced > 0.5
        self._settle(supply, full[:arcs], empty[:arcs])
        pinned: Bools = full[arcs:]
        return pinned

    def even_out(self, supply: Ints, pinned: Bools) -> Ints:
        """Return the flow of every arc that loads the managers most evenly.

        Args:
            supply: what enters at every node; changed.
            pinned: managers who are full in every answer that keeps most.
        """
        block = np.zeros(self._nodes, dtype=np.int64)
        while True:
            room = self._targets(supply, pinned, block)
            run = self._run(supply, room)
            if run.value == supply.sum():
                return self._settled + run.flow
            reached_tail, reached_head = run.reached[self._tail], run.reached[self._head]
            self._settle(supply, reached_tail & ~reached_head & (self._limit > 0), ~reached_tail & reached_head)
            block = np.unique(block * 2 + run.reached, return_inverse=True)[1]

    def _targets(self, supply: Ints, pinned: Bools, block: Ints) -> Ints:
        """Return the loads that would be fairest if within a block everybody could take everyone."""
        roster, room = self._roster, np.zeros(len(pinned), dtype=np.int64)
        room[pinned] = roster.capacity[pinned]
        of_manager = block[self._manager :]
        for number in np.unique(of_manager).tolist():
            free = np.flatnonzero((of_manager == number) & ~pinned)
            total = int(supply[block == number].sum() - room[(of_manager == number) & pinned].sum())
            room[free] = spread(total, roster.capacity[free], roster.size[free])
        return room

    def _settle(self, supply: Ints, full: Bools, empty: Bools) -> None:
        """Fix the flow of arcs: at their limit, which then enters behind them, or at nothing."""
        np.subtract.at(supply, self._tail[full], self._limit[full])
        np.add.at(supply, self._head[full], self._limit[full])
        self._settled[full] += self._limit[full]
        self._limit[full | empty] = 0

    def _run(self, supply: Ints, room: Ints) -> "_Run":
        """Return the maximum flow from the supplies to the managers."""
        source, sink = self._nodes, self._nodes + 1
        start = np.flatnonzero(supply)
        managers = self._manager + np.arange(len(room))
        tail = np.concatenate([self._tail, np.full(len(start), source), managers])
        head = np.concatenate([self._head, start, np.full(len(room), sink)])
        limit = np.concatenate([self._limit, supply[start], room]).astype(np.int32)
        shape = (sink + 1, sink + 1)
        graph: Any = csr_array(coo_array((limit, (tail.astype(np.int32), head.astype(np.int32))), shape=shape))
        result = maximum_flow(graph, source, sink)
        residual: Any = csr_array(graph - result.flow)
        residual.eliminate_zeros()
        reached = np.zeros(sink + 1, dtype=np.bool_)
        reached[breadth_first_order(residual, source, return_predecessors=False)] = True
        flow = np.asarray(csr_array(result.flow)[self._tail, self._head]).ravel().astype(np.int64)
        return _Run(int(result.flow_value), flow, reached[: self._nodes])


@dataclass(frozen=True)
class _Run:
    """A maximum flow: its value, the flow of every arc, and the nodes that could still be reached (the cut)."""

    value: int
    flow: Ints
    reached: Bools


def spread(total: int, capacity: Ints, size: Ints) -> Ints:
    """Return whole loads, as if each client went to whom it fills least; of equals the emptier one, then the first.

    Args:
        total: how many; no more than the capacities together.
        capacity: the most of each.
        size: by what each load is measured, at least 1.

    >>> spread(10, np.array([100, 100, 100]), np.array([1, 1, 1])).tolist()
    [4, 3, 3]
    >>> spread(10, np.array([2, 100, 100]), np.array([2, 2, 4])).tolist()
    [2, 3, 5]
    >>> spread(3, np.array([1, 3, 2]), np.array([1, 2, 2])).tolist()
    [1, 1, 1]
    """
    low, high = 0.0, 1.0
    while high <= total + 1 and _filled(high, capacity, size).sum() < total:
        low, high = high, high * 2
    # To within the rounding of a double; what remains is a client for some of them.
    for _step in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _filled(middle, capacity, size).sum() <= total else (low, middle)
    load = _filled(low * (1 - 1e-12), capacity, size)
    while load.sum() < total:
        next_level: Floats = np.where(load < capacity, (load + 1) / size, np.inf)
        load[np.lexsort((load / size, next_level))[0]] += 1
    return load


def _filled(level: float, capacity: Ints, size: Ints) -> Ints:
    filled: Ints = np.minimum(capacity, np.floor(level * size).astype(np.int64))
    return filled
