"""What is known of two records: why they are, or are not, one client. The page and the JSON are made from it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from crmclean.core.i18n import _
from crmclean.matching.explaining import PairTrace, Reason

Verdict = Literal["one", "asked", "apart", "kinds"]


@dataclass(frozen=True)
class Named:
    """A record as the user knows it: its row in the file, from 1, and its ID in the CRM, ``""`` for none."""

    row: int
    id: str


@dataclass(frozen=True)
class Side:
    """One of the two records.

    Attributes:
        label: what a person would call it: name and company.
        of: ``person`` or ``company``: whose card it is.
        cluster_id, likely_id, company_id, household_id, role: as ``dedup --clusters`` writes them.
    """

    record: Named
    label: str
    of: str
    cluster_id: str
    likely_id: str
    company_id: str
    household_id: str
    role: str


@dataclass(frozen=True)
class Obstacle:
    """Why a link was cut: two records that contradict each other, where it is not a matter of size, and in what."""

    records: tuple[Named, Named] | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Step:
    """One link of a chain: what joins two records; ``obstacle`` where it was cut."""

    one: Named
    other: Named
    reason: str
    probability: float | None = None
    obstacle: Obstacle | None = None


@dataclass(frozen=True)
class Relation:
    """Whether two records belong to one company or household.

    Attributes:
        is_one: whether they do.
        chain: what joins them; empty where both say the same of it.
        against: what keeps the two companies apart, where they do not.
    """

    is_one: bool
    chain: tuple[Step, ...] = ()
    against: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """Why two records are, or are not, one client.

    Attributes:
        path: the file.
        rows: how many records it has; ``of_kind``: how many of them are of the kind of the two.
        verdict: ``one`` client, ``asked`` of a person, ``apart``, or cards of two ``kinds``.
        pair: the comparison of the two; ``None`` for cards of two kinds.
        stored: what stands in the file, by comparison.
        answered_at: when a person decided about the two, ``""`` where nobody did.
        chain: the links that lead from the one to the other; between two clients some are cut.
        question: by which pair a person is asked about the two clients.
        settled: of which pair a person said that the two clients are two.
        company, household: ``None`` where it is no question.
        merge_at, review_at: the thresholds.
    """

    path: str
    rows: int
    of_kind: int
    sides: tuple[Side, Side]
    verdict: Verdict
    pair: PairTrace | None
    stored: Mapping[str, tuple[str, str]]
    answered_at: str
    chain: tuple[Step, ...]
    question: Step | None
    settled: Step | None
    company: Relation | None
    household: Relation | None
    merge_at: float
    review_at: float

    @property
    def records(self) -> tuple[Named, Named]:
        """The two records."""
        return self.sides[0].record, self.sides[1].record

    def is_about(self, step: Step | None) -> bool:
        """Tell whether a link is that of the two records themselves."""
        return step is not None and {step.one.row, step.other.row} == {record.row for record in self.records}


def explanation_object(explanation: Explanation, seconds: float) -> dict[str, object]:
    """Return an explanation in types that JSON has; what is not known is null."""
    first, second = explanation.sides
    return {
        "run": "",
        "command": "explain",
        "source": explanation.path,
        "rows_in": explanation.rows,
        "rows_out": explanation.rows,
        "merged": 0,
        "doubtful": int(explanation.verdict == "asked"),
        "verdict": explanation.verdict,
        "records": [{**asdict(side.record), **_side_object(side)} for side in explanation.sides],
        "likely": first.likely_id == second.likely_id,
        "pair": None if explanation.pair is None else _pair_object(explanation, explanation.pair),
        "chain": [_step_object(step) for step in explanation.chain],
        "question": None if explanation.question is None else _step_object(explanation.question),
        "settled": None if explanation.settled is None else _step_object(explanation.settled),
        "company": None if explanation.company is None else _relation_object(explanation.company),
        "household": None if explanation.household is None else _relation_object(explanation.household),
        "merge_at": explanation.merge_at,
        "review_at": explanation.review_at,
        "outputs": {},
        "seconds": round(seconds, 3),
    }


def _side_object(side: Side) -> dict[str, object]:
    names = ("label", "of", "cluster_id", "likely_id", "company_id", "household_id", "role")
    return {name: getattr(side, name) for name in names}


def _pair_object(explanation: Explanation, pair: PairTrace) -> dict[str, object]:
    return {
        "of": pair.of,
        "records_compared": explanation.of_kind,
        "prior": pair.prior,
        "namesakes": pair.namesakes,
        "weight": pair.weight,
        "probability": pair.probability,
        "tier": pair.tier,
        "is_candidate": pair.is_candidate,
        "said": pair.said or None,
        "answered_at": explanation.answered_at or None,
        "vetoes": _reason_objects(pair.vetoes),
        "merging": _reason_objects(pair.merging),
        "not_merging": _reason_objects(pair.not_merging),
        "asking": _reason_objects(pair.asking),
        "not_asking": _reason_objects(pair.not_asking),
        "fields": [
            {
                "comparison": field.comparison,
                "level": field.level or None,
                "values": list(explanation.stored[field.comparison]),
                "keys": list(field.keys),
                "common": field.common.text or None,
                "records": field.common.records if field.common.text else None,
                "people": field.common.people or None,
                "m": field.m if field.level else None,
                "u": field.u if field.level else None,
                "learned": field.learned,
                "weight": field.weight,
            }
            for field in pair.fields
        ],
    }


def _reason_objects(reasons: tuple[Reason, ...]) -> list[object]:
    return [{"code": reason.code, "title": _(reason.title)} for reason in reasons]


def _step_object(step: Step) -> dict[str, object]:
    obstacle = step.obstacle
    return {
        "a": asdict(step.one),
        "b": asdict(step.other),
        "probability": step.probability,
        "reason": step.reason,
        "cut": None
        if obstacle is None
        else {
            "a": None if obstacle.records is None else asdict(obstacle.records[0]),
            "b": None if obstacle.records is None else asdict(obstacle.records[1]),
            "reasons": _reason_objects(obstacle.reasons),
        },
    }


def _relation_object(relation: Relation) -> dict[str, object]:
    return {
        "is_one": relation.is_one,
        "chain": [_step_object(step) for step in relation.chain],
        "against": _reason_objects(relation.against),
    }
