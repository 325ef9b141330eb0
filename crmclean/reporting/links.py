"""What the outcome of a merge says, arranged for reading: groups that were merged, pairs that are in doubt, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.table import Table
from crmclean.reporting.records import FieldLine, Records, compare_records, label_record, pick_lines, read_records
from crmclean.reporting.summary import RunSummary
from crmclean.reporting.wording import LEVELS, comparison_title, word_for

RECORDS_SHOWN: Final = 6
"""Records of one group that are set side by side; a wider table is read by nobody."""

LINES_SHOWN: Final = 16
PAIRS_SHOWN: Final = 5


@dataclass(frozen=True)
class Evidence:
    """One comparison of two records: what it was, how well they agree, and its match weight (log2)."""

    title: str
    level: str
    value: str
    weight: float


@dataclass(frozen=True)
class Link:
    """Two records that were compared, with the evidence, the weightiest first."""

    row_a: int
    row_b: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Heading:
    """What stands above a record: its 1-based row and its ID in the CRM, if any."""

    row: int
    id: str


@dataclass(frozen=True)
class Merge:
    """A group of records that became one; ``headings[0]`` and the first cell of each line are the survivor.

    Attributes:
        size: records in the group; ``headings`` may show fewer.
        lines_hidden: how many more columns differ than ``lines`` shows.
        probability: of the weakest link that holds the group.
        result: the survivor after the merge, one text per line; empty where the outcome does not tell.
    """

    cluster_id: str
    label: str
    size: int
    probability: float
    reasons: tuple[str, ...]
    headings: tuple[Heading, ...]
    lines: tuple[FieldLine, ...]
    lines_hidden: int
    result: tuple[str, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Doubt:
    """A pair that a person decides."""

    pair: int
    probability: float
    weight: float
    reason: str
    headings: tuple[Heading, Heading]
    lines: tuple[FieldLine, ...]
    lines_hidden: int
    links: tuple[Link, ...]


def rank_groups(clusters: pd.DataFrame) -> pd.DataFrame:
    """Return one line per group that was merged: ``cluster_id``, ``size``, ``probability``; the least certain first."""
    if clusters.empty:
        return pd.DataFrame({"cluster_id": [], "size": [], "probability": []})
    # The table has a line for every record of the base: only those of merged groups are looked at.
    members = np.flatnonzero(clusters["role"].isin(["merged", "survivor"]))
    group, labels = pd.factorize(clusters["cluster_id"].take(members))
    probability = np.full(len(labels), np.inf)
    np.fmin.at(probability, group, clusters["probability"].to_numpy(np.float64)[members])
    probability[np.isinf(probability)] = np.nan
    size = np.bincount(group, minlength=len(labels))
    rank = np.empty(len(labels), dtype=np.int64)
    rank[labels.argsort()] = np.arange(len(labels))
    order = np.lexsort((rank, -size, probability))
    return pd.DataFrame(
        {"cluster_id": labels[order], "size": size[order], "probability": probability[order]}, copy=False
    )


def arrange_merges(summary: RunSummary, cluster_ids: Sequence[str]) -> list[Merge]:
    """Return the groups of the given IDs, in that order."""
    if not cluster_ids:
        return []
    clusters = summary.table("clusters")
    members = clusters[clusters["cluster_id"].isin(cluster_ids)]
    links = _index_links(summary.table("comparisons"), "merge", members["row"].tolist())
    survivors = _rows_after(summary)
    records = read_records(summary.before, members["row"].tolist())
    groups = dict(iter(members.groupby("cluster_id")))
    return [_arrange_merge(summary, groups[cluster_id], records, links, survivors) for cluster_id in cluster_ids]


def arrange_doubts(summary: RunSummary, most: int) -> list[Doubt]:
    """Return the doubtful pairs, the most probable first."""
    pairs = rank_doubts(summary.table("review")).head(most)
    if pairs.empty:
        return []
    all_rows = [*pairs["row_a"].tolist(), *pairs["row_b"].tolist()]
    links = _index_links(summary.table("comparisons"), "review", all_rows)
    records = read_records(summary.before, all_rows)
    doubts = []
    for entry in pairs.to_dict("records"):
        rows = (int(entry["row_a"]), int(entry["row_b"]))
        lines, hidden = pick_lines(compare_records(records, rows), LINES_SHOWN)
        doubts.append(
            Doubt(
                pair=int(entry["pair"]),
                probability=float(entry["probability"]),
                weight=float(entry["weight"]),
                reason=str(entry["reason"]),
                headings=(Heading(rows[0], str(entry["id_a"])), Heading(rows[1], str(entry["id_b"]))),
                lines=lines,
                lines_hidden=hidden,
                links=tuple(link for row in rows for link in links.get(row, ()) if link.row_b in rows),
            )
        )
    return doubts


def rank_doubts(review: pd.DataFrame) -> pd.DataFrame:
    """Return the doubtful pairs with the most probable first, then by number."""
    if review.empty:
        return review
    return review.sort_values(["probability", "pair"], ascending=[False, True], kind="stable", ignore_index=True)


def _arrange_merge(
    summary: RunSummary,
    group: pd.DataFrame,
    records: Records,
    links: dict[int, list[Link]],
    survivors_after: NDArray[np.int64] | None,
) -> Merge:
    survivors = group.loc[group["role"].eq("survivor"), "row"].tolist() or group["row"].tolist()[:1]
    ordered = pd.concat([group[group["row"].eq(survivors[0])], group[group["row"].ne(survivors[0])]])
    shown = ordered.head(RECORDS_SHOWN)
    rows = [int(row) for row in shown["row"].tolist()]
    lines, hidden = pick_lines(compare_records(records, rows), LINES_SHOWN)
    own_rows = set(group["row"].tolist())
    own_links = [link for row in sorted(own_rows) for link in links.get(row, ()) if link.row_b in own_rows]
    return Merge(
        cluster_id=str(group["cluster_id"].iat[0]),
        label=label_record(records, rows[0]),
        size=len(group),
        probability=float(group["probability"].min()),
        reasons=tuple(dict.fromkeys(reason for reason in ordered["reason"].tolist() if reason)),
        headings=tuple(Heading(row, str(id_)) for row, id_ in zip(rows, shown["id"].tolist(), strict=True)),
        lines=lines,
        lines_hidden=hidden,
        result=()
        if survivors_after is None
        else _read_result(summary.outcome.table, lines, int(np.searchsorted(survivors_after, rows[0]))),
        links=tuple(own_links[:PAIRS_SHOWN]),
    )


def _rows_after(summary: RunSummary) -> NDArray[np.int64] | None:
    """Return the rows that survived, in order; None where the outcome is not the survivors in order."""
    clusters = summary.table("clusters")
    survivors = np.sort(clusters["row"].to_numpy(np.int64)[clusters["role"].ne("merged").to_numpy()])
    return survivors if len(survivors) == len(summary.outcome.table) else None


def _read_result(after: Table, lines: Iterable[FieldLine], place: int) -> tuple[str, ...]:
    headers: dict[str, str] = {}
    for column in after.columns:
        headers.setdefault(column.header, column.name)
    return tuple(
        str(after.frame[headers[line.title]].iat[place]).strip() if line.title in headers else "" for line in lines
    )


def _index_links(comparisons: pd.DataFrame, link: str, rows: Sequence[int]) -> dict[int, list[Link]]:
    """Return the compared pairs of one kind by their first row, for the given rows only."""
    if comparisons.empty:
        return {}
    kept = comparisons[comparisons["link"].eq(link) & comparisons["row_a"].isin(rows)]
    found: dict[tuple[int, int], list[Evidence]] = {}
    for entry in kept.to_dict("records"):
        pair = (int(entry["row_a"]), int(entry["row_b"]))
        found.setdefault(pair, []).append(_read_evidence(entry))
    result: dict[int, list[Link]] = {}
    for (row_a, row_b), evidence in sorted(found.items()):
        weighty = sorted(evidence, key=lambda item: -abs(item.weight))
        result.setdefault(row_a, []).append(Link(row_a, row_b, tuple(weighty)))
    return result


def _read_evidence(entry: dict[object, object]) -> Evidence:
    value_a, value_b = str(entry["value_a"]), str(entry["value_b"])
    return Evidence(
        title=comparison_title(str(entry["comparison"])),
        level=word_for(LEVELS, str(entry["level"])),
        value=value_a if value_a == value_b else " / ".join(filter(None, (value_a, value_b))),
        weight=float(str(entry["weight"])),
    )
