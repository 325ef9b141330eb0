"""A folder in which a config runs every night, and what a run leaves there, read without the program's own readers."""

import contextlib
import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook

from benchmarks.nights_world import LOST, SILENT_AFTER
from crmclean.cli.app import main

SILENT_REASON: Final = "молчит больше года"
CONFIG: Final = f"""use = ["lost-clients", "temperature"]

[run]
input = "exports/*.csv"
newest = true
steps = ["normalize", "dedup", "dead", "segment", "archive", "audit"]
decisions = "decided/*.xlsx"
lang = "en"
log = "crmclean.log"

[[archive.rule]]
when = "last_activity is not empty and days_since(last_activity) > {SILENT_AFTER}"
reason = "{SILENT_REASON}"

[[archive.rule]]
when = "status = '{LOST}'"
reason = "[Причина отказа]"
warm_up = "discounts"
"""
_FIRST_PAIR, _DECISION, _PAIR, _IDS, _KEYS = 3, 4, 5, (7, 9), (10, 11)
"""Where a review workbook has what: first row and columns, counted from 1."""

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Question:
    """A pair that is put to a person: its row in the workbook, the IDs of its cards, the keys of what they say."""

    row: int
    cards: frozenset[int]
    keys: frozenset[str]


@dataclass(frozen=True)
class Results:
    """What a run left.

    Attributes:
        folder: of the results.
        figures: what ``--json`` said.
        active, archive, clusters: the lines of these files by heading.
        questions: of the review workbook.
    """

    folder: Path
    figures: Mapping[str, Any]
    active: Rows
    archive: Rows
    clusters: Rows
    questions: tuple[Question, ...]

    @property
    def groups(self) -> dict[int, frozenset[int]]:
        """The cards of every client as the run saw them, by the ID of the card that survived."""
        members: dict[str, set[int]] = {}
        survivors: dict[str, int] = {}
        for line in self.clusters:
            members.setdefault(line["cluster_id"], set()).add(int(line["id"]))
            if line["role"] != "merged":
                survivors[line["cluster_id"]] = int(line["id"])
        return {survivors[cluster]: frozenset(cards) for cluster, cards in members.items()}

    @property
    def merged_away(self) -> list[int]:
        """The IDs of the cards that were merged into others."""
        return [int(line["id"]) for line in self.clusters if line["role"] == "merged"]

    def client_ids(self) -> dict[int, str]:
        """Return the id of the client of every card of the active base and of the archive."""
        return {int(line["ID"]): line["crmclean_id"] for line in (*self.active, *self.archive)}


class Office:
    """The folder of a firm: config, exports, results and decided workbooks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("exports", "decided"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "crmclean.toml").write_text(CONFIG, "utf-8")

    @property
    def state(self) -> Path:
        """The folder of the history."""
        return self.folder / "clean" / ".crmclean"

    def export(self, day: date) -> Path:
        """Return where the CRM puts the export of a night."""
        return self.folder / "exports" / f"contacts-{day}.csv"

    def run(self, day: date) -> Results:
        """Run the config.

        Raises:
            RuntimeError: the run failed.
        """
        figures = call("run", self.folder / "crmclean.toml", "--as-of", day, "--quiet", "--json")
        folder = Path(figures["outputs"]["data"]).parent
        return Results(
            folder,
            figures,
            read_lines(folder / f"clients-{day}.csv", ";"),
            read_lines(folder / f"archive-{day}.csv", ";"),
            read_lines(folder / f"clusters-{day}.csv", ","),
            read_questions(folder / f"review-{day}.xlsx"),
        )

    def history(self) -> list[dict[str, Any]]:
        """Return the runs that the history has, the oldest first."""
        runs: list[dict[str, Any]] = call("history", "--state", self.state, "--limit", "10000", "--json")["runs"]
        return runs

    def digests(self) -> dict[str, str]:
        """Return the sha256 of every file of the results."""
        return {
            path.relative_to(self.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted((self.folder / "clean").glob("[!.]*/*"))
        }

    def decide(self, results: Results, day: date, decisions: Mapping[int, str]) -> None:
        """Save the review workbook of a night with decisions, by the row of the question."""
        workbook = load_workbook(results.folder / f"review-{day}.xlsx")
        for row, decision in decisions.items():
            workbook.worksheets[0].cell(row, _DECISION, decision)
        workbook.save(self.folder / "decided" / f"review-{day}.xlsx")


def call(*arguments: object) -> dict[str, Any]:
    """Call the program inside this process and return the object that it prints.

    Raises:
        RuntimeError: it ended with another exit code than 0.
    """
    # The program writes bytes.
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _stream in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    said, complaint = (stream.buffer.getvalue().decode() for stream in (out, err))
    if code:
        raise RuntimeError(f"{' '.join(map(str, arguments))} ended with {code}: {complaint}")
    answer: dict[str, Any] = json.loads(said)
    return answer


def read_lines(path: Path, delimiter: str) -> Rows:
    """Return the lines of a CSV file by its headings."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def read_questions(path: Path) -> tuple[Question, ...]:
    """Return the pairs of a review workbook; none where there is no workbook."""
    if not path.exists():
        return ()
    sheet = load_workbook(path).worksheets[0]

    def ask(row: int) -> Iterator[Question]:
        if sheet.cell(row, _PAIR).value:
            cards = frozenset(int(str(sheet.cell(row, column).value)) for column in _IDS)
            yield Question(row, cards, frozenset(str(sheet.cell(row, column).value) for column in _KEYS))

    return tuple(question for row in range(_FIRST_PAIR, sheet.max_row + 1) for question in ask(row))
