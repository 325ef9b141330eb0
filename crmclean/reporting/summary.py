"""What every page is made from: one run, its table before, its outcome and where its files lie."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.reporting.input_files import InputFile


@dataclass(frozen=True)
class RunSummary:
    """One run, ready to be shown.

    Attributes:
        run: the run's number as text, ``""`` where no history is kept.
        command: ``dedup``, ``normalize``, ``inspect`` …
        source: the input as the user named it; of several the first.
        settings: the settings of the step, by name.
        seconds: how long it took.
        outputs: path by name (``data``, ``review``, ``report``, ``clusters``, ``merge_map``, ``journal``, ``changes``,
            ``suggestions``).
        before: the table as it was read.
        outcome: what the step returned.
        undo_command: the command line that takes the run back, ``""`` where there is none.
        notes: sentences for the user, already translated.
        inputs: the files that were read, in the order of their rows; ``()`` where a command says it otherwise.
    """

    run: str
    command: str
    source: str
    settings: Mapping[str, object]
    seconds: float
    outputs: Mapping[str, str]
    before: Table
    outcome: Outcome
    undo_command: str = ""
    notes: tuple[str, ...] = ()
    inputs: tuple[InputFile, ...] = ()

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the outcome; an empty frame without columns where the job made none."""
        return self.outcome.tables.get(name, pd.DataFrame())

    @property
    def rows_in(self) -> int:
        """Data rows that were read."""
        return int(self.outcome.figures.get("rows_in", len(self.before)))

    @property
    def rows_out(self) -> int:
        """Data rows that are left."""
        return int(self.outcome.figures.get("rows_out", len(self.outcome.table)))

    @property
    def merged(self) -> int:
        """Records that were merged into another."""
        return int(self.outcome.figures.get("merged", 0))

    @property
    def doubtful(self) -> int:
        """What waits for a person: doubtful pairs, or cells that were left as they are."""
        return int(self.outcome.figures.get("doubtful", len(self.table("review"))))

    def finding_counts(self) -> dict[str, int]:
        """Return how often each finding was made, the most frequent first."""
        counts = self.outcome.findings["code"].value_counts()
        pairs = zip(counts.index.tolist(), counts.tolist(), strict=True)
        return dict(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))
