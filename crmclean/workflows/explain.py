"""Why two records of a table are, or are not, one client: the numbers of the very run that ``dedup`` would make."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from crmclean.core.settings import DedupSettings
from crmclean.core.table import Table
from crmclean.matching.arrays import MISSING
from crmclean.matching.assigning import assign_clusters
from crmclean.matching.explaining import LinkTrace, PairTrace
from crmclean.matching.linking import Linked, link_matched, match_rows
from crmclean.matching.prepared import prepare
from crmclean.matching.tracing import (
    Case,
    cards_case,
    find_question,
    find_settled,
    people_case,
    trace_chain,
    trace_pair,
)
from crmclean.reporting.explanation import Explanation, Named, Obstacle, Side, Step, Verdict
from crmclean.reporting.records import label_record, read_records
from crmclean.workflows.dedup import canonical_order, matched_view, refuse_deals
from crmclean.workflows.explain_relations import relate_companies, relate_households
from crmclean.workflows.record_names import RowNames, find_records

_NAMES: Final = ("last_name", "first_name", "middle_name")
"""Comparisons that are not named after the role of their column."""


def explain(
    table: Table, first: str, second: str, settings: DedupSettings, answers: pd.DataFrame | None = None
) -> Explanation:
    """Say why two records are, or are not, one client. The whole table is matched, as ``dedup`` does it.

    Args:
        first, second: the records as a user names them, see ``record_names.find_records``.
        answers: what people have decided, columns ``matching.answers.ANSWER_COLUMNS``, the newest last.

    Raises:
        UsageError: the table has no such records, or its rows are deals.
    """
    rows = find_records(table, first, second)
    return MatchedTable(table, settings, answers).explain(rows)


class MatchedTable:
    """A table with the matching of all its rows, to be asked about any two of them.

    Args:
        table: the base.
        settings: as for ``dedup``.
        answers: what people have decided, columns ``matching.answers.ANSWER_COLUMNS``, the newest last.

    Raises:
        UsageError: the rows are deals.
    """

    def __init__(self, table: Table, settings: DedupSettings, answers: pd.DataFrame | None = None) -> None:
        refuse_deals(table)
        order = canonical_order(table)
        self._table = table
        self._settings = settings
        self._answers = answers
        self._matched = match_rows(prepare(matched_view(table, order), settings.region), settings, answers)
        self._linked = link_matched(self._matched)
        self._names = RowNames(table, order)
        self._lines = assign_clusters(table, self._linked, order, settings.keep)

    def explain(self, rows: tuple[int, int]) -> Explanation:
        """Say why two records are, or are not, one client.

        Args:
            rows: positions in the table.
        """
        names, linked = self._names, self._linked
        places = (names.place_of(rows[0]), names.place_of(rows[1]))
        people, cards = people_case(self._matched), cards_case(self._matched)
        case = next((one for one in (people, cards) if all(one.record_of(place) != MISSING for place in places)), None)
        found = Found() if case is None else _find(case, places, names)
        fields = () if found.pair is None else found.pair.fields
        kinds = ["person" if people.record_of(place) != MISSING else "company" for place in places]
        one_client = bool(linked.cluster[places[0]] == linked.cluster[places[1]])
        return Explanation(
            path=self._table.origin.path,
            rows=len(self._table),
            of_kind=0 if case is None else len(case.records),
            sides=_sides(self._table, self._lines.iloc[list(rows)], kinds),
            verdict=_verdict(case, one_client, found.question),
            pair=found.pair,
            stored={item.comparison: _stored(self._table, item.comparison, rows) for item in fields},
            answered_at=_answered_at(self._answers, found.pair, linked, places),
            chain=found.chain,
            question=found.question,
            settled=found.settled,
            company=relate_companies(self._matched, linked, places, names),
            household=relate_households(self._matched, linked, places, names),
            merge_at=self._settings.merge_at,
            review_at=self._settings.review_at,
        )


@dataclass(frozen=True)
class Found:
    """What is known of two records of one kind; nothing where they are not of one kind."""

    pair: PairTrace | None = None
    chain: tuple[Step, ...] = ()
    question: Step | None = None
    settled: Step | None = None


def _find(case: Case, places: tuple[int, int], names: RowNames) -> Found:
    one, other = case.record_of(places[0]), case.record_of(places[1])
    question, settled = find_question(case, one, other), find_settled(case, one, other)
    return Found(
        trace_pair(case, one, other),
        tuple(_step(case, link, names) for link in trace_chain(case, one, other)),
        None if question is None else _step(case, question, names),
        None if settled is None else _step(case, settled, names),
    )


def _step(case: Case, link: LinkTrace, names: RowNames) -> Step:
    def name(record: int) -> Named:
        return names.name(int(case.rows[record]))

    obstacle = None
    if link.conflict is not None:
        conflict = link.conflict
        pair = None if conflict.one == MISSING else (name(conflict.one), name(conflict.other))
        obstacle = Obstacle(pair, conflict.reasons)
    return Step(name(link.one), name(link.other), link.reason, link.probability, obstacle)


def _verdict(case: Case | None, one_client: bool, question: Step | None) -> Verdict:
    if case is None:
        return "kinds"
    if one_client:
        return "one"
    return "apart" if question is None else "asked"


def _sides(table: Table, lines: pd.DataFrame, kinds: Sequence[str]) -> tuple[Side, Side]:
    records = read_records(table, lines["row"].tolist())
    first, second = (
        Side(
            record=Named(int(line["row"]), str(line["id"])),
            label=label_record(records, int(line["row"])),
            of=of,
            cluster_id=str(line["cluster_id"]),
            likely_id=str(line["likely_id"]),
            company_id=str(line["company_id"]),
            household_id=str(line["household_id"]),
            role=str(line["role"]),
        )
        for line, of in zip(lines.to_dict("records"), kinds, strict=True)
    )
    return first, second


def _stored(table: Table, comparison: str, rows: tuple[int, int]) -> tuple[str, str]:
    """Return what stands in the file of two records: all filled cells of the role, of a name else the full name."""
    one, other = (_cells(table, comparison, row) for row in rows)
    if comparison in _NAMES:
        one, other = one or _cells(table, "full_name", rows[0]), other or _cells(table, "full_name", rows[1])
    return one, other


def _cells(table: Table, role: str, row: int) -> str:
    texts = (str(table.frame[column.name].iat[row]).strip() for column in table.with_role(role))
    return ", ".join(dict.fromkeys(text for text in texts if text))


def _answered_at(answers: pd.DataFrame | None, pair: PairTrace | None, linked: Linked, places: tuple[int, int]) -> str:
    """Return when a person decided about the two, as ISO text; ``""`` where nobody did."""
    if answers is None or pair is None or not pair.said:
        return ""
    low, high = sorted(str(linked.keys.iat[place]) for place in places)
    about = answers["of"].eq(pair.of) & answers[["key_a", "key_b"]].min(axis="columns").eq(low)
    about &= answers[["key_a", "key_b"]].max(axis="columns").eq(high)
    return str(answers.loc[about, "decided_at"].iat[-1]) if about.any() else ""
