"""How right a result is, against a known truth: by pairs of records and by record, for every tier and class.

Measures, each by its own column of the result:

- ``person``: ``cluster_id`` against ``person_id``, over all records but the cards of companies;
- ``client``: the same over all records, where a card of a company stands for its company;
- ``likely_person``, ``likely``: the two by ``likely_id``, as if every probable pair had been merged too;
- ``answered_person``, ``answered``: the two as if every doubtful pair had been answered rightly;
- ``company``: ``company_id`` over the records whose company is known; ``answered_company`` likewise;
- ``household``: ``household_id`` over the records of people who live with somebody.

A card of a company is a record that has a ``company_id`` and no ``person_id`` in the truth; where the truth has no
``person_id`` at all, every record with a company is one. A record with neither stands for nobody (a placeholder) and
belongs with no other: whatever is put to it counts as wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.errors import UsageError
from crmclean.core.evaluation import Evaluation, Score
from crmclean.core.i18n import _
from crmclean.files.lists import Listing, read_list
from crmclean.files.reading import read_bytes
from crmclean.workflows.evaluation_inputs import RESULT_COLUMNS, TRUTH_COLUMNS, put_side_by_side
from crmclean.workflows.evaluation_pairs import (
    PAIR_COLUMNS,
    Pairs,
    join_clusters,
    judge_pairs,
    place_pairs,
    score_pairs,
)
from crmclean.workflows.evaluation_scores import Codes, Mask, number_labels, score_classes, score_labels


def evaluate_files(result: str, truth: str, pairs: str = "") -> Evaluation:
    """Return how right a result is, read from files; one of them may be ``-``, stdin.

    Args:
        result: the clusters: ``row`` or ``id``, ``cluster_id``, and perhaps ``likely_id``, ``company_id``,
            ``household_id``.
        truth: ``row`` or ``id``, and any of ``person_id``, ``company_id``, ``household_id``, ``class``.
        pairs: the compared pairs, ``row_a``, ``row_b``, ``probability``, ``tier``, ``of``; ``""`` for none.

    Raises:
        UsageError: more than one of them is stdin.
        FileError: a file cannot be read, lacks what is needed, or the files are not of one base.
    """
    if [result, truth, pairs].count("-") > 1:
        raise UsageError(_("Only one file can come from stdin."), _("Name the others."))
    found = read_list(read_bytes(result), result, RESULT_COLUMNS)
    known = read_list(read_bytes(truth), truth, TRUTH_COLUMNS)
    compared = read_list(read_bytes(pairs), pairs, PAIR_COLUMNS) if pairs else None
    return evaluate(found, known, compared)


def evaluate(result: Listing, truth: Listing, pairs: Listing | None = None) -> Evaluation:
    """Return every measure that the columns of result and truth allow; see ``evaluate_files`` for both.

    Raises:
        FileError: a list lacks what is needed, or the lists are not of one base.
    """
    records = put_side_by_side(result, truth)
    labels = TrueLabels(records.truth)
    found = {name: number_labels(records.found[name]) for name in _FOUND_LABELS if name in records.found}
    scores = _score_measures(found, labels)
    of_pairs = None
    if pairs is not None:
        placed = place_pairs(pairs, result, records)
        judged = judge_pairs(placed, labels.person, labels.company, labels.has("company_id"))
        of_pairs = score_pairs(placed, judged, records.rows)
        scores |= _score_answered(found, labels, placed, judged.true & placed.doubtful)
    classes = {}
    if "class" in records.truth and labels.client is not None:
        classes = score_classes(found["cluster_id"], labels.client, records.truth["class"])
    return Evaluation(
        joined_by=records.joined_by,
        rows=records.rows,
        unknown_rows=records.rows - len(records.truth),
        scores=scores,
        classes=classes,
        pairs=of_pairs,
    )


@dataclass(frozen=True)
class TrueLabels:
    """What each record of a truth stands for, as numbers: equal numbers belong together, empty labels are alone.

    A label that the truth has no column for is None.
    """

    truth: pd.DataFrame

    @cached_property
    def person(self) -> Codes | None:
        """The person; alone for cards of companies."""
        return self._numbers("person_id")

    @cached_property
    def company(self) -> Codes | None:
        """The company."""
        return self._numbers("company_id")

    @cached_property
    def household(self) -> Codes | None:
        """The household."""
        return self._numbers("household_id")

    @cached_property
    def client(self) -> Codes | None:
        """The person, for cards of companies the company."""
        if self.company is None:
            return self.person
        if self.person is None:
            return self.company
        # No number of a company is that of a person.
        return np.where(self.is_card, self.company + 2 * len(self.truth), self.person)

    @cached_property
    def is_card(self) -> Mask:
        """Which records are cards of companies."""
        nameless = ~self.has("person_id")
        return nameless & self.has("company_id")

    def has(self, column: str) -> Mask:
        """Return which records have a label in ``column``."""
        if column not in self.truth:
            return np.zeros(len(self.truth), dtype=bool)
        return self.truth[column].ne("").to_numpy()

    def rows_of(self, measure: str) -> Mask:
        """Return the records over which a measure is taken."""
        if measure in ("company", "household"):
            return self.has(f"{measure}_id")
        return ~self.is_card if measure == "person" else np.ones(len(self.truth), dtype=bool)

    def labels_of(self, measure: str) -> Codes | None:
        """Return what a measure holds the result against."""
        labels: Codes | None = getattr(self, measure)
        return labels

    def _numbers(self, column: str) -> Codes | None:
        return number_labels(self.truth[column]) if column in self.truth else None


_FOUND_LABELS: Final = ("cluster_id", "likely_id", "company_id", "household_id")

_MEASURES: Final = (
    ("person", "person", "cluster_id"),
    ("client", "client", "cluster_id"),
    ("likely_person", "person", "likely_id"),
    ("likely", "client", "likely_id"),
    ("company", "company", "company_id"),
    ("household", "household", "household_id"),
)
"""Name of the measure, what it holds the result against, and which column of the result."""


def _score_measures(found: Mapping[str, Codes], labels: TrueLabels) -> dict[str, Score]:
    scores = {}
    for name, measure, column in _MEASURES:
        if column in found and labels.labels_of(measure) is not None:
            scores[name] = _score(found[column], labels, measure)
    return scores


def _score(found: Codes, labels: TrueLabels, measure: str) -> Score:
    true, rows = labels.labels_of(measure), labels.rows_of(measure)
    if true is None:
        raise ValueError(f"the truth knows nothing of {measure}")
    return score_labels(found[rows], true[rows])


def _score_answered(found: Mapping[str, Codes], labels: TrueLabels, pairs: Pairs, right: Mask) -> dict[str, Score]:
    """Return the scores if every doubtful pair had been answered rightly; ``right`` are those that are true."""
    # Two companies are one client only where both records are cards: else the answer is about the firms of two people.
    cards = labels.is_card[pairs.first] & labels.is_card[pairs.second]
    clients = join_clusters(found["cluster_id"], pairs, right & (~pairs.of_company | cards))
    scores = {
        name: _score(clients, labels, measure)
        for name, measure in (("answered_person", "person"), ("answered", "client"))
        if labels.labels_of(measure) is not None
    }
    if "company_id" in found and labels.company is not None:
        firms = join_clusters(found["company_id"], pairs, right & pairs.of_company)
        scores["answered_company"] = _score(firms, labels, "company")
    return scores
