"""Nights of ``crmclean run`` on a base that changes: are ids, decisions and archive right, night after night?

    python -m benchmarks.nights                          # 30 nights of a firm with 300 clients
    python -m benchmarks.nights --nights 60 --seed 2

Clients are entered, entered twice, edited, marry, vanish, come back, fall silent, are lost and won back; people answer
the questions of the night on the next day. After every night the results are compared with the truth.
"""

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from benchmarks.nights_archive import Ledger, Merged
from benchmarks.nights_checks import Decisions, Ids, check_archive, check_figures, check_merges, check_places
from benchmarks.nights_events import Days
from benchmarks.nights_results import Office, Results
from benchmarks.nights_world import FIRST_NIGHT, World, write_export
from crmclean.history.client_file import load_clients

CHECKS: Final = {
    "merges": "no two clients are merged",
    "ids": "every client keeps its id",
    "decisions": "what people decided is followed and never asked again",
    "places": "every record stands in one place",
    "archive": "who is archived, since when and why, and who is back",
    "history": "the history has every run with its figures",
    "again": "the same night again changes nothing",
    "shuffled": "the order of the rows decides nothing",
}

MERGED: Final = "crmclean_merged"
GROUPS: Final = ("likely_id", "company_id", "household_id")
"""Named after the first of their records in the file: who is in them is compared, not what they are called."""


@dataclass
class Report:
    """What came of the nights.

    Attributes:
        done: how often each of ``CHECKS`` was made.
        problems: what was wrong, by check.
        counts: of what happened.
    """

    done: Counter[str] = field(default_factory=Counter)
    problems: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in CHECKS})
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, check: str, night: date, problems: Iterable[str]) -> None:
        """Take down what a check of a night has found."""
        self.done[check] += 1
        self.problems[check] += [f"{night}: {problem}" for problem in problems]

    def lines(self) -> list[str]:
        """Return one line per check, and one per problem."""
        said = []
        for name, title in CHECKS.items():
            found = self.problems[name]
            said += [f"{title}: {self.done[name]} times checked; {len(found)} wrong", *(f"  {text}" for text in found)]
        return [*said, ", ".join(f"{name} {count}" for name, count in self.counts.items())]


class Nights:
    """A firm whose base is cleaned every night.

    Args:
        again_every: after so many nights one is done again.
        shuffle_every: after so many nights one is done with its rows in another order, too.
    """

    def __init__(self, folder: Path, clients: int, seed: int, again_every: int = 1, shuffle_every: int = 5) -> None:
        self._office = Office(folder)
        self._world = World(clients, seed)
        self._days = Days(self._world, clients)
        self._again_every, self._shuffle_every = again_every, shuffle_every
        self._ledger, self._ids, self._decisions = Ledger(), Ids(), Decisions()
        self._held: set[int] = set()
        self._runs: list[dict[str, float]] = []
        self.report = Report()

    def pass_nights(self, nights: int) -> Report:
        """Let the nights pass."""
        for number in range(nights):
            night = FIRST_NIGHT + timedelta(days=number)
            if number:
                self._days.pass_day(night - timedelta(days=1), self._ledger.cards())
            write_export(self._office.export(night), self._world.present())
            shuffles = (number + 1) % self._shuffle_every == 0
            copy = self._copy() if shuffles else None
            results = self._office.run(night)
            self._check(night, results)
            if (number + 1) % self._again_every == 0:
                self._run_again(night, results)
            self._check_history(night)
            if copy is not None:
                self._run_shuffled(copy, night, results)
            if results.questions:
                self._office.decide(results, night, self._decisions.decide(results.questions, self._world.cards))
        self.report.counts |= self._world.events
        return self.report

    def _check(self, night: date, results: Results) -> None:
        cards, report = self._world.cards, self.report
        exported = {card.id for card in self._world.present()}
        merged = load_clients(self._office.state).merged()
        merged_ids = dict(zip(merged["merged_id"].tolist(), merged["surviving_id"].tolist(), strict=True))
        report.add("merges", night, check_merges(results, cards))
        report.add("ids", night, self._ids.check(results, cards, merged_ids))
        report.add("decisions", night, self._decisions.check(results, cards))
        report.add("places", night, check_places(results, exported, self._held))
        known = results.client_ids()
        clients = [
            Merged.of(one, [cards[card] for card in group], known.get(one, "")) for one, group in results.groups.items()
        ]
        expected = self._ledger.pass_night(night, clients, cards, merged_ids)
        report.add("archive", night, check_archive(results, expected, night))
        figures = {**results.figures["figures"]}
        report.add("history", night, check_figures(figures, results, expected, len(exported)))
        # Whom the CRM has no longer must stay where crmclean put them.
        self._held = {int(line["ID"]) for line in results.archive} | (results.client_ids().keys() - exported)
        report.counts.update(
            nights=1,
            records=len(exported),
            archived=len(expected.archived),
            returned=len(expected.returned),
            questions=len(results.questions),
        )
        report.counts["clients with several ids at the end"] = len(self._ids.torn)
        report.counts["asked again after an edit"] = self._decisions.asked_after_edit
        self._runs.append(figures)

    def _run_again(self, night: date, results: Results) -> None:
        """Do the night again: no file changes and no folder is added; the history has both runs."""
        before = self._office.digests()
        again = self._office.run(night)
        after = self._office.digests()
        problems = [f"{name} changed" for name, digest in before.items() if after.get(name) != digest]
        added = sorted({Path(name).parent.name for name in after.keys() - before.keys()})
        self.report.add("again", night, [*problems, *(f"another folder: {name}" for name in added)])
        self._runs.append({**again.figures["figures"]})

    def _check_history(self, night: date) -> None:
        """Check that the history has every run, and the figures that it said."""
        history = self._office.history()
        problems = [] if len(history) == len(self._runs) else [f"{len(history)} runs, expected {len(self._runs)}"]
        for run, figures in zip(history[-2:], self._runs[-2:], strict=False):
            problems += [
                f"run {run['run']}: {name} is {run['figures'].get(name)}, the run said {value}"
                for name, value in figures.items()
                if run["figures"].get(name) != value
            ]
        self.report.add("history", night, problems)

    def _copy(self) -> Path:
        copy = self._office.folder.with_name(self._office.folder.name + ".shuffled")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self._office.folder, copy, symlinks=True)
        return copy

    def _run_shuffled(self, copy: Path, night: date, results: Results) -> None:
        """Do the night on a copy with the rows of the export in another order."""
        office = Office(copy)
        write_export(office.export(night), self._world.chance.shuffled(self._world.present()))
        shuffled = office.run(night)
        problems = []
        for name, one, other in (
            ("ids", results.client_ids(), shuffled.client_ids()),
            ("clients", results.groups, shuffled.groups),
            ("active base", as_set(results.active), as_set(shuffled.active)),
            ("archive", as_set(results.archive), as_set(shuffled.archive)),
            ("groups", groups(results), groups(shuffled)),
        ):
            if one != other:
                problems.append(f"{name} differ")
        self.report.add("shuffled", night, problems)
        shutil.rmtree(copy)


def as_set(lines: list[dict[str, str]]) -> Counter[frozenset[tuple[str, object]]]:
    """Return lines without their order, lists of IDs without theirs, and without the names of groups."""
    passed = {f"crmclean_{name}" for name in GROUPS}
    return Counter(
        frozenset(
            (name, frozenset(cell.split(", ")) if name == MERGED else cell)
            for name, cell in line.items()
            if name not in passed
        )
        for line in lines
    )


def groups(results: Results) -> set[tuple[str, frozenset[str]]]:
    """Return who belongs together, whatever the groups are called."""
    found: dict[tuple[str, str], set[str]] = {}
    for line in results.clusters:
        for name in GROUPS:
            found.setdefault((name, line[name]), set()).add(line["id"])
    return {(name, frozenset(members)) for (name, label), members in found.items() if label}


def main() -> None:
    """Let the nights pass and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--clients", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        report = Nights(Path(name) / "firm", options.clients, options.seed).pass_nights(options.nights)
    print("\n".join(report.lines()))
    sys.exit(any(report.problems.values()))


if __name__ == "__main__":
    main()
