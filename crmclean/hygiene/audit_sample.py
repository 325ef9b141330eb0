"""The control sample: some records of every stage for the controller, drawn by chance and yet the same every time.

A record is drawn by a number made of its ID and the seed: records that come or go hardly change who else is drawn.
"""

from typing import Final

import numpy as np
import pandas as pd

from crmclean.core.table import Table
from crmclean.hygiene.audit_kinds import Ints, Values

SAMPLE_COLUMNS: Final = (
    "stage", "row", "id", "title", "client", "owner", "amount", "product", "created", "touched", "next_task", "comment",
    "same_client", "why",
)  # fmt: skip

MOST_SAMPLED: Final = 3_000
MOST_STAGES: Final = 100

_TOLD_BY: Final = ("full_name", "last_name", "first_name", "company", "phone", "email", "deal_title", "created_at")
_FACTS: Final = {
    "owner": "owner", "amount": "amount", "product": "product", "created": "created_at", "next_task": "next_task",
}  # fmt: skip


def draw_sample(
    table: Table, values: Values, touched: "pd.Series[float]", why: "pd.Series[str]", size: int, seed: int
) -> pd.DataFrame:
    """Return the control sample, columns ``SAMPLE_COLUMNS``, the largest stage first.

    Args:
        touched: days since the last touch of every record, NaN where unknown.
        why: what the audit says of every record.
        size: records of every stage; of at most ``MOST_STAGES`` stages, ``MOST_SAMPLED`` in all.

    Returns:
        ``row`` is 1-based; ``same_client`` is how many records of the base are of the same client, 0 where it is not
        known who that is; the other cells as they stand in the file.
    """
    stages, names = pd.factorize(_stage_names(table))
    counts = np.bincount(stages, minlength=len(names))
    # The largest first; of two equal ones in the order of their names, whatever the order of the rows.
    order = sorted(range(len(names)), key=lambda place: (-int(counts[place]), str(names[place])))[:MOST_STAGES]
    place_of = np.full(len(names), len(names), dtype=np.int64)
    place_of[order] = np.arange(len(order))
    place = place_of[stages]
    drawn = np.lexsort((np.arange(len(table)), _lots(table, seed), place))
    ordered = place[drawn]
    starts = np.searchsorted(ordered, np.arange(len(names) + 1))
    within = np.arange(len(drawn)) - starts[ordered]
    rows = drawn[(within < size) & (ordered < len(order))][:MOST_SAMPLED]
    return _describe(table, rows, names[stages[rows]], _count_same(table, values, rows), touched, why)


def _describe(
    table: Table,
    rows: Ints,
    stages: "pd.Index[str]",
    same_client: Ints,
    touched: "pd.Series[float]",
    why: "pd.Series[str]",
) -> pd.DataFrame:
    company, person = _of_rows(table, "company", rows), _person(table, rows)
    both = np.where(company.ne("") & person.ne(""), ", ", "")
    frame = pd.DataFrame(
        {
            "stage": pd.Series(stages, dtype="str"),
            "row": rows + 1,
            "id": _of_rows(table, "id", rows),
            "title": _of_rows(table, "deal_title", rows),
            "client": company + pd.Series(both, dtype="str") + person,
            "touched": touched.take(rows).reset_index(drop=True),
            "comment": _comments(table, rows),
            "same_client": same_client,
            "why": why.take(rows).reset_index(drop=True),
        }
        | {name: _of_rows(table, role, rows) for name, role in _FACTS.items()}
    )
    return frame[list(SAMPLE_COLUMNS)]


def _stage_names(table: Table) -> "pd.Series[str]":
    """Return the stage (else the status) of every record, with its pipeline where there are several."""
    stage = table.coalesced("stage")
    stage = stage.where(stage.ne(""), table.coalesced("status"))
    pipeline = table.coalesced("pipeline")
    if pipeline[pipeline.ne("")].nunique() < 2:
        return stage
    return (pipeline + " / " + stage).where(pipeline.ne("") & stage.ne(""), pipeline + stage)


def _lots(table: Table, seed: int) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """Return the number by which each record is drawn: by its ID, else by what tells it from others."""
    name = table.coalesced("id")
    nameless = np.flatnonzero(name.eq("").to_numpy())
    if len(nameless):
        told = table.coalesced(_TOLD_BY[0])
        for role in _TOLD_BY[1:]:
            told = told + "\t" + table.coalesced(role)
        name = name.copy()
        name.iloc[nameless] = told.iloc[nameless]
    key = f"{seed % 10**16:016d}"
    return np.asarray(pd.util.hash_array(name.to_numpy(dtype=object), hash_key=key, categorize=False), dtype=np.uint64)


def _count_same(table: Table, values: Values, rows: Ints) -> Ints:
    """Return how many records are of the client of each row: by INN, else by its first number, else by its name."""
    first = values.numbers.drop_duplicates("row").set_index("row")["number"]
    name = table.coalesced("company")
    name = name.where(name.ne(""), table.coalesced("full_name"))
    counts = np.zeros(len(rows), dtype=np.int64)
    for key in (values.inn["inn"], first.reindex(table.frame.index, fill_value="").astype("str"), name):
        wanted = key.take(rows)
        known = key[key.isin(wanted[wanted.ne("")])].value_counts()
        found = wanted.map(known).fillna(0).to_numpy(dtype=np.int64)
        counts = np.where(counts > 0, counts, found)
    return counts


def _person(table: Table, rows: Ints) -> "pd.Series[str]":
    full = _of_rows(table, "full_name", rows)
    parts = [_of_rows(table, role, rows) for role in ("last_name", "first_name", "middle_name")]
    joined = (parts[0] + " " + parts[1] + " " + parts[2]).str.replace(" +", " ", regex=True).str.strip()
    return joined.where(joined.ne(""), full)


def _comments(table: Table, rows: Ints) -> "pd.Series[str]":
    """Return all comments of a record, one below the other."""
    texts = pd.Series("", index=range(len(rows)), dtype="str")
    for column in table.with_role("comment"):
        cells = table.frame[column.name].take(rows).reset_index(drop=True).str.strip()
        between = pd.Series(np.where(texts.ne("") & cells.ne(""), "\n", ""), dtype="str")
        texts = texts + between + cells
    return texts


def _of_rows(table: Table, role: str, rows: Ints) -> "pd.Series[str]":
    """Return the first filled cell of a role in these rows, with an index of their own."""
    return table.coalesced(role).take(rows).reset_index(drop=True)
