"""Find and merge the duplicates of a table."""

from concurrent.futures import Executor
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.errors import UsageError
from crmclean.core.executing import IN_TURN
from crmclean.core.finding import join_findings, make_findings
from crmclean.core.i18n import _
from crmclean.core.settings import DedupSettings
from crmclean.core.step import Outcome, check_balance
from crmclean.core.table import Table
from crmclean.fields.text import one_array
from crmclean.history.clients import AssignedIds, assign_ids
from crmclean.history.known_clients import KnownClients
from crmclean.matching.arrays import Ints, MultiCoded
from crmclean.matching.assigning import assign_clusters
from crmclean.matching.fingerprints import record_hashes
from crmclean.matching.linking import Linked, link_matched, list_pairs, match_rows
from crmclean.matching.merging import join_by_owner, merge_records
from crmclean.matching.prepared import prepare
from crmclean.matching.records import PUBLIC_FROM
from crmclean.workflows.carried_answers import carry_answers
from crmclean.workflows.client_ids import add_client_ids, identities, identities_before

_MATCHED_ROLES: Final = (
    "id",
    "record_type",
    "full_name",
    "last_name",
    "first_name",
    "middle_name",
    "company",
    "phone",
    "email",
    "inn",
    "kpp",
    "birthday",
    "snils",
    "city",
    "address",
    "postal_code",
    "region",
    "job_title",
)
_SIGNS_OF_DEALS: Final = MappingProxyType({"deal": ("stage",), "order": ("id", "product", "amount")})
"""Roles of columns by which the rows of such an export are deals or orders, not clients."""


@dataclass(frozen=True)
class Deduplicated(Outcome):
    """The result of ``dedup``.

    Attributes:
        assigned: the ids of the clients, for the history to keep.
        carried: answers that hold for corrected cards, for the history to keep; columns ``ANSWER_COLUMNS``.
    """

    assigned: AssignedIds | None = None
    carried: pd.DataFrame | None = None


def dedup(
    table: Table,
    settings: DedupSettings,
    answers: pd.DataFrame | None = None,
    known: KnownClients | None = None,
    with_pairs: bool = False,
    beside: Executor = IN_TURN,
) -> Deduplicated:
    """Find which rows are one client and merge them.

    Args:
        answers: what people have decided, columns ``matching.answers.ANSWER_COLUMNS``, the newest last.
        known: the clients that earlier runs know by their ids.
        with_pairs: return the table ``pairs`` too: every pair that was compared.
        beside: does a part of the work beside this thread.

    Returns:
        The table without the rows that were merged away, and the tables ``clusters``, ``merge_map``, ``journal``,
        ``review``, ``comparisons``, ``levels``, ``shared``, ``client_ids`` and ``merged_clients``.

    Raises:
        UsageError: the rows are deals or orders; two deals of one client are two deals.
    """
    refuse_deals(table)
    order = canonical_order(table)
    prepared = prepare(matched_view(table, order), settings.region, beside)
    hashes = record_hashes(prepared)
    carried = None
    if answers is not None and len(answers) and known is not None:
        carried = carry_answers(answers, identities_before(prepared, table, order, hashes), known.records)
        answers = pd.concat([answers, carried], ignore_index=True)
    matched = match_rows(prepared, settings, answers, hashes)
    linked = link_matched(matched)
    clusters = assign_clusters(table, linked, order, settings.keep)
    identity = identities(prepared, table, clusters, order, matched.hashes)
    pairs = {"pairs": _pairs(list_pairs(matched), order)} if with_pairs else {}
    # What was compared is not needed any more: the merge takes its place in memory.
    del prepared, matched
    assigning = beside.submit(assign_ids, identity, known or KnownClients.none())
    merged = apply_clusters(table, clusters, settings.region, beside)
    assigned = assigning.result()
    outcome = add_client_ids(merged, assigned)
    review = _review(table, linked, order)
    shared = pd.concat(
        [_shared("phone", linked.people.phone), _shared("email", linked.people.email)], ignore_index=True
    )
    tables = {
        **outcome.tables,
        "review": review,
        "comparisons": _comparisons(linked, order),
        "levels": linked.levels,
        "shared": shared,
        **pairs,
    }
    figures = {**outcome.figures, "doubtful": len(review), "answers": linked.answers}
    figures["pairs_compared"] = linked.pairs_compared
    findings = join_findings([outcome.findings, _shared_findings(table, shared)])
    return Deduplicated(
        outcome.table,
        findings,
        MappingProxyType(tables),
        MappingProxyType(figures),
        assigned=assigned,
        carried=carried,
    )


def refuse_deals(table: Table) -> None:
    """Two deals (orders) of one client are two: their rows are not to be merged."""
    signs = table.with_role("deal_title", *_SIGNS_OF_DEALS.get(table.origin.entity, ()))
    if signs:
        raise UsageError(
            _(
                "{path} is an export of deals or orders: merging the rows of one client would merge the client's deals."
            ).format(path=table.origin.path),
            _("Export the contacts or the companies. If the rows are clients after all, add {options}.").format(
                options=" ".join(f'--map none="{column.header}"' for column in signs)
            ),
        )


def apply_clusters(table: Table, clusters: pd.DataFrame, region: str = "RU", beside: Executor = IN_TURN) -> Outcome:
    """Merge the rows that ``clusters`` says are one client.

    Args:
        clusters: one line per row of ``table``, columns ``CLUSTER_COLUMNS``; each row of the role ``merged`` goes
            into the row of the role ``survivor`` with the same ``cluster_id``.
        region: country of phones that are written without a country code.
        beside: does a part of the work beside this thread.
    """
    survivor = _survivors(clusters)
    merged = merge_records(table, survivor, clusters["cluster_id"], region, beside)
    is_away = survivor != np.arange(len(table))
    away, kept = np.flatnonzero(is_away), np.flatnonzero(~is_away)
    check_balance(len(table), len(merged.table), len(away))
    identity = table.coalesced("id")
    label = identity.where(identity.ne(""), clusters["row"].astype("str"))
    owners, joined = join_by_owner(survivor[away], one_array(label.take(away)), ", ")
    absorbed = pd.Series("", index=range(len(kept)), dtype="str")
    absorbed.iloc[np.searchsorted(kept, owners)] = joined.to_pylist()
    staying = clusters.take(kept).reset_index(drop=True)
    own = {
        "crmclean_cluster_id": staying["cluster_id"],
        "crmclean_merged": absorbed,
        "crmclean_likely_id": staying["likely_id"],
        "crmclean_company_id": staying["company_id"],
        "crmclean_household_id": staying["household_id"],
        "crmclean_probability": _as_text(staying["probability"]),
        "crmclean_reason": staying["reason"],
    }
    merge_map = pd.DataFrame(
        {
            "old_id": label.take(away).reset_index(drop=True),
            "surviving_id": label.take(survivor[away]).reset_index(drop=True),
            "cluster_id": clusters["cluster_id"].take(away).reset_index(drop=True),
        }
    )
    figures = {
        "rows_in": len(table),
        "rows_out": len(kept),
        "merged": len(away),
        "clusters": len(owners),
        "households": clusters["household_id"][clusters["household_id"].ne("")].nunique(),
        "companies": clusters["company_id"][clusters["company_id"].ne("")].nunique(),
    }
    tables = {"clusters": clusters, "merge_map": merge_map, "journal": merged.journal}
    return Outcome(merged.table.with_added(own), tables=tables, figures=figures)


def _as_text(probability: "pd.Series[float]") -> "pd.Series[str]":
    # Few distinct probabilities stand in many rows.
    codes, distinct = pd.factorize(probability, use_na_sentinel=True)
    words = pd.Series([*(f"{value:.4f}" for value in distinct.tolist()), ""], dtype="str")
    return words.take(np.where(codes < 0, len(distinct), codes)).set_axis(probability.index)


def _survivors(clusters: pd.DataFrame) -> Ints:
    """Return per row the position of the row that it goes into; its own where it stays."""
    result = np.arange(len(clusters), dtype=np.int64)
    away = clusters["role"].eq("merged").to_numpy()
    staying = clusters.index[clusters["role"].eq("survivor")]
    place = pd.Index(clusters["cluster_id"].iloc[staying]).get_indexer(clusters["cluster_id"][away])
    result[away] = staying.to_numpy(np.int64)[place]
    return result


def canonical_order(table: Table) -> Ints:
    """Return an order of the rows that depends on what they say, so that their order in the file decides nothing."""
    names = [column.name for column in table.with_role(*_MATCHED_ROLES)]
    content = pd.util.hash_pandas_object(table.frame[names], index=False, categorize=True).to_numpy()
    return np.argsort(content, kind="stable").astype(np.int64)


def matched_view(table: Table, order: Ints) -> Table:
    """Return the columns that matching looks at, the rows in the order given."""
    columns = tuple(table.with_role(*_MATCHED_ROLES))
    frame = table.frame[[column.name for column in columns]].take(order).reset_index(drop=True)
    return Table(frame, columns, table.origin)


def _review(table: Table, linked: Linked, order: Ints) -> pd.DataFrame:
    links = linked.doubtful
    a, b = order[links.left], order[links.right]
    turned = a > b
    first, second = np.minimum(a, b), np.maximum(a, b)
    ranked = np.lexsort((second, first, -links.probability))
    identity = table.coalesced("id")
    key_a, key_b = linked.keys.take(links.left).to_numpy(object), linked.keys.take(links.right).to_numpy(object)
    return pd.DataFrame(
        {
            "pair": np.arange(1, len(ranked) + 1),
            "probability": links.probability[ranked],
            "weight": links.weight[ranked],
            "row_a": first[ranked] + 1,
            "id_a": identity.iloc[first[ranked]].to_numpy(object),
            "row_b": second[ranked] + 1,
            "id_b": identity.iloc[second[ranked]].to_numpy(object),
            "reason": links.reason.iloc[ranked].to_numpy(object),
            "of": links.of[ranked],
            "key_a": np.where(turned, key_b, key_a)[ranked],
            "key_b": np.where(turned, key_a, key_b)[ranked],
            "levels": links.levels.iloc[ranked].to_numpy(object),
        }
    )


def _pairs(pairs: pd.DataFrame, order: Ints) -> pd.DataFrame:
    """Return the compared pairs with row numbers of the file, the lower first, in the order of the rows."""
    a, b = order[pairs["row_a"].to_numpy()] + 1, order[pairs["row_b"].to_numpy()] + 1
    listed = pairs.assign(row_a=np.minimum(a, b), row_b=np.maximum(a, b), probability=pairs["probability"].round(6))
    return listed.sort_values(["of", "row_a", "row_b"], kind="stable", ignore_index=True)


def _comparisons(linked: Linked, order: Ints) -> pd.DataFrame:
    """Return the explained links field by field, with row numbers of the file; the lower row is ``a``."""
    parts = []
    for kind, links in (("merge", linked.merges), ("review", linked.doubtful)):
        part = links.comparisons.assign(link=kind)
        row_a, row_b = order[part["row_a"].to_numpy()] + 1, order[part["row_b"].to_numpy()] + 1
        turned = row_a > row_b
        value_a, value_b = part["value_a"].to_numpy(object), part["value_b"].to_numpy(object)
        part = part.assign(
            row_a=np.minimum(row_a, row_b),
            row_b=np.maximum(row_a, row_b),
            value_a=np.where(turned, value_b, value_a),
            value_b=np.where(turned, value_a, value_b),
        )
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    return table[["link", "row_a", "row_b", "comparison", "level", "value_a", "value_b", "weight"]]


def _shared(kind: str, values: MultiCoded) -> pd.DataFrame:
    records = np.bincount(values.code, minlength=len(values.values))
    public = np.flatnonzero(values.people >= PUBLIC_FROM)
    ranked = public[np.lexsort((values.values[public].to_numpy(object).astype(str), -values.people[public]))]
    return pd.DataFrame(
        {
            "kind": kind,
            "value": values.values[ranked].to_numpy(object),
            "records": records[ranked],
            "names": values.people[ranked],
        }
    )


def _shared_findings(table: Table, shared: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for kind in ("phone", "email"):
        values = shared["value"][shared["kind"].eq(kind)]
        columns = table.with_role(kind)
        if len(values) and columns:
            header = columns[0].header
            parts.append(make_findings([0] * len(values), header, [f"shared-{kind}"] * len(values), values, values))
    return join_findings(parts)
