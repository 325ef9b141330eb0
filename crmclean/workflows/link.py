"""Say of new records which of them a base already has. Nothing in the base changes."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.settings import DedupSettings
from crmclean.core.step import Outcome
from crmclean.core.table import ADDED_PREFIX, Table
from crmclean.matching.answers import Answers
from crmclean.matching.arrays import MISSING, Ints
from crmclean.matching.fingerprints import record_hashes
from crmclean.matching.indexed_base import IndexedBase, index_base
from crmclean.matching.link_pairs import match_with_base
from crmclean.matching.looked_up import IN_DOUBT, KNOWN, NEW, LookedUp, look_up
from crmclean.matching.prepared import Prepared, prepare
from crmclean.workflows.client_ids import ID_COLUMN
from crmclean.workflows.dedup import canonical_order, matched_view

STATUSES: Final = ("known", "doubtful", "new")
LINK_COLUMNS: Final = tuple(
    f"{ADDED_PREFIX}{name}" for name in ("link", "base_id", "base_client", "probability", "reason", "same_as")
)
"""What ``link`` adds: the status; what the base calls the record that it is or may be (its ID where every record of the
base has its own, else its row); its ``crmclean_id`` there; how sure that is, and why; and the first record of the same
file that is the same client."""

_CODES: Final = {KNOWN: "known", IN_DOUBT: "doubtful", NEW: "new"}


def prepare_base(table: Table, settings: DedupSettings) -> IndexedBase:
    """Match a base within itself, so that records can be looked up in it; the order of its rows decides nothing."""
    order = canonical_order(table)
    own_ids = [column.name for column in table.columns if column.header == ID_COLUMN]
    client_id = table.frame[own_ids[0]] if own_ids else pd.Series("", index=table.frame.index, dtype="str")
    return index_base(
        prepare(matched_view(table, order), settings.region),
        _labels(table).take(order).reset_index(drop=True),
        client_id.take(order).reset_index(drop=True),
        settings,
    )


def link(
    table: Table,
    base: IndexedBase,
    settings: DedupSettings,
    answers: pd.DataFrame | None = None,
    only: frozenset[str] = frozenset(STATUSES),
) -> Outcome:
    """Look every record of ``table`` up in a base, and among the other records.

    Args:
        base: what ``prepare_base`` returns, made with the same settings.
        answers: what people have decided, columns ``matching.answers.ANSWER_COLUMNS``, the newest last.
        only: the statuses whose records are kept.

    Returns:
        The table with ``LINK_COLUMNS``, and the figures ``known``, ``doubtful``, ``new`` and ``base_rows``.
    """
    order = canonical_order(table)
    new = prepare(matched_view(table, order), settings.region)

    def answers_about(kind: str, prepared: Prepared, rows: Ints) -> Answers:
        return _answers_about(answers, kind, prepared, rows)

    found = look_up(*match_with_base(new, base, settings, answers_about))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    added = _columns(found, base, _labels(table), place)
    status = added[LINK_COLUMNS[0]]
    kept = np.flatnonzero(status.isin(only))
    linked = table.with_added(added)
    figures = {
        "rows_in": len(table),
        "rows_out": len(kept),
        "merged": 0,
        **{name: int(status.eq(name).sum()) for name in STATUSES},
        "base_rows": len(base),
    }
    return Outcome(linked.with_frame(linked.frame.take(kept)), figures=figures)


def _columns(found: LookedUp, base: IndexedBase, label: "pd.Series[str]", place: Ints) -> dict[str, "pd.Series[str]"]:
    status = pd.Series([_CODES[code] for code in found.status[place].tolist()], dtype="str")
    probability = found.probability[place]
    columns = {
        "link": status,
        "base_id": _of_base(found.base_row[place], base.labels),
        "base_client": _of_base(found.base_row[place], base.client_ids),
        "probability": pd.Series(["" if np.isnan(one) else f"{one:.4f}" for one in probability.tolist()], dtype="str"),
        "reason": pd.Series(found.reason[place], dtype="str"),
        "same_as": _same_as(found.client[place], label),
    }
    return {f"{ADDED_PREFIX}{name}": texts for name, texts in columns.items()}


def _of_base(rows: Ints, texts_of: Callable[[Ints], "pd.Series[str]"]) -> "pd.Series[str]":
    """Return what the base says of some of its rows, ``""`` for ``MISSING``."""
    known = np.flatnonzero(rows != MISSING)
    texts = np.full(len(rows), "", dtype=object)
    texts[known] = texts_of(rows[known]).to_numpy(object)
    return pd.Series(texts, dtype="str")


def _same_as(client: Ints, label: "pd.Series[str]") -> "pd.Series[str]":
    """Return per record the label of the first record of its client; ``""`` for that record itself."""
    first = np.unique(client, return_index=True)[1][np.unique(client, return_inverse=True)[1]]
    texts = label.take(first).reset_index(drop=True)
    return texts.mask(pd.Series(first == np.arange(len(first))), "")


def _labels(table: Table) -> "pd.Series[str]":
    """Return what a record is called: its ID where every one has its own, else its row."""
    identity = table.coalesced("id")
    if len(table) and identity.ne("").all() and identity.is_unique:
        return identity
    return pd.Series(np.arange(1, len(table) + 1).astype(str), dtype="str")


def _answers_about(answers: pd.DataFrame | None, kind: str, prepared: Prepared, rows: Ints) -> Answers:
    """Return the answers about the records of one kind; those without a row are nobody's question."""
    asked = np.flatnonzero(rows != MISSING)
    if answers is None or not len(answers):
        return Answers.none(len(rows))
    return Answers.about(answers, kind, record_hashes(prepared)[rows[asked]]).renumbered(asked, len(rows))
