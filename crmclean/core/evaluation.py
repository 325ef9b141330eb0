"""How right a result is, measured against the truth: what `evaluate` finds and its pages show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SHARES: Final = ("precision", "recall", "f1", "bcubed_precision", "bcubed_recall", "bcubed_f1")
"""The figures of a ``Score`` that are shares."""

CLASS_SHARES: Final = ("recall", "bcubed_precision", "bcubed_recall")
"""The figures of a ``ClassScore`` that are shares."""


@dataclass(frozen=True)
class Score:
    """How right one column of labels is; shares are from 0 to 1, and 1 where there is nothing to be wrong about.

    Attributes:
        rows: records that it was measured over.
        precision: of the pairs of rows put together, the share that belongs together.
        recall: of the pairs that belong together, the share that was put together.
        f1: the harmonic mean of the two.
        found, true, both: pairs put together, belonging together, and both.
        bcubed_precision: the mean over the rows of the share of a row's cluster that belongs with the row.
        bcubed_recall: the mean over the rows of the share of what belongs with a row that is in its cluster.
        bcubed_f1: the harmonic mean of the two.
    """

    rows: int
    precision: float
    recall: float
    f1: float
    found: int
    true: int
    both: int
    bcubed_precision: float
    bcubed_recall: float
    bcubed_f1: float


@dataclass(frozen=True)
class ClassScore:
    """How right the rows of one class of the truth are, as clients.

    Attributes:
        rows: rows of the class.
        partners: true partners of all of them.
        recall: the share of the partners that was found, 1 where there are none.
        wrong: rows of others that were put to them.
        bcubed_precision, bcubed_recall: as in ``Score``, the mean over the rows of the class.
    """

    rows: int
    partners: int
    recall: float
    wrong: int
    bcubed_precision: float
    bcubed_recall: float


@dataclass(frozen=True)
class Bin:
    """The pairs whose probability is from ``low`` up to ``high``: how many, its mean, and how many of them are true.

    ``mean_probability`` and ``share_true`` are None where there is no pair.
    """

    low: float
    high: float
    pairs: int
    mean_probability: float | None
    share_true: float | None


@dataclass(frozen=True)
class Calibration:
    """How far probabilities keep their word.

    Attributes:
        pairs: pairs that the truth can tell.
        bins: ten, of equal width.
        expected_error: the mean over the pairs of how far the share of true pairs of their bin is from its mean
            probability (expected calibration error).
        brier: the mean over the pairs of the squared distance of the probability from 1 (true) or 0 (not).
    """

    pairs: int
    bins: tuple[Bin, ...]
    expected_error: float
    brier: float


@dataclass(frozen=True)
class PairsScore:
    """What the compared pairs tell.

    Attributes:
        pairs: pairs of the file.
        unknown: pairs of which the truth does not say whether they are true.
        doubtful: pairs put to a person, by what they are of (``person``, ``company``).
        per_100_records: the same for a hundred records of the result.
        calibration: by what the pairs are of; only where the truth can tell of one.
    """

    pairs: int
    unknown: int
    doubtful: Mapping[str, int]
    per_100_records: Mapping[str, float]
    calibration: Mapping[str, Calibration]


@dataclass(frozen=True)
class Evaluation:
    """How right a result is.

    Attributes:
        joined_by: the column by which result and truth were put side by side, ``row`` or ``id``.
        rows: records of the result.
        unknown_rows: records of the result that the truth does not name; they were left out.
        scores: by the name of the measure.
        classes: by the class of the truth.
        pairs: of the compared pairs, where they were given.
    """

    joined_by: str
    rows: int
    unknown_rows: int
    scores: Mapping[str, Score]
    classes: Mapping[str, ClassScore]
    pairs: PairsScore | None = None

    def figures(self) -> dict[str, float]:
        """Return every share by the name that a threshold gives it: ``client.precision``, ``class.typo.recall``."""
        scores = {
            f"{name}.{figure}": float(getattr(score, figure))
            for name, score in self.scores.items()
            for figure in SHARES
        }
        classes = {
            f"class.{name}.{figure}": float(getattr(score, figure))
            for name, score in self.classes.items()
            for figure in CLASS_SHARES
        }
        return scores | classes


@dataclass(frozen=True)
class Miss:
    """A figure that is below the least value that a user asked for."""

    name: str
    value: float
    least: float
