"""A base that was matched once, so that records that come later are compared with the few that may be the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import pandas as pd
import pyarrow as pa

from crmclean.core.settings import DedupSettings
from crmclean.fields.text import one_array
from crmclean.matching.arrays import MISSING, Floats, Ints
from crmclean.matching.company_links import number_companies
from crmclean.matching.linking import match_rows
from crmclean.matching.model import COMPANY, PERSON, Comparison
from crmclean.matching.packed_rows import Tables, pack_rows, unpack_rows
from crmclean.matching.prepared import Prepared
from crmclean.matching.record_keys import RecordKeys, Values, keys_of_companies, keys_of_people
from crmclean.matching.scoring import Weights, prior_weights

_CLIENTS: Final = "clients"
_PEOPLE, _COMPANIES = "people", "companies"

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class IndexedBase:
    """A matched base.

    Attributes:
        label: what each record is called: its ID where every record has its own, else its row.
        client_id: the ``crmclean_id`` of each record, ``""`` where the base has none.
        cluster: number of the client per row.
        company: number of the company per row, ``MISSING`` where it has none.
        people, companies: what the records are found by.
        person_weights, company_weights: the match weights, estimated on the base.
        lacks_phones: whether names, dates and places must tell who is who, see ``People``.
    """

    packed: Tables
    label: pa.ChunkedArray
    client_id: pa.ChunkedArray
    cluster: Ints
    company: Ints
    people: RecordKeys
    companies: RecordKeys
    person_weights: Weights
    company_weights: Weights
    lacks_phones: bool

    def __len__(self) -> int:
        return len(self.cluster)

    def rows(self, rows: Ints) -> Prepared:
        """Return some of the rows (ascending)."""
        return unpack_rows(self.packed, rows)

    def labels(self, rows: Ints) -> "pd.Series[str]":
        """Return what some of the records are called."""
        return _texts(self.label, rows)

    def client_ids(self, rows: Ints) -> "pd.Series[str]":
        """Return the ``crmclean_id`` of some of the records."""
        return _texts(self.client_id, rows)

    def tables(self) -> dict[str, pa.Table]:
        """Return all that there is to keep but for ``facts``, as tables by name."""
        clients = {
            "label": self.label,
            "client_id": self.client_id,
            "cluster": self.cluster.astype(np.int32),
            "company": self.company.astype(np.int32),
        }
        kept = {_CLIENTS: pa.table(clients), **self.packed}
        for name, keys in ((_PEOPLE, self.people), (_COMPANIES, self.companies)):
            kept[name] = pa.table({"row": keys.row, **keys.single})
            for field, values in keys.several.items():
                kept[f"{name}.{field}"] = pa.table({"record": values.record, "value": values.value})
        return kept

    def facts(self) -> dict[str, Any]:
        """Return the weights and what else is no table, in types that JSON has."""
        return {
            "lacks_phones": self.lacks_phones,
            _PEOPLE: _write_weights(self.person_weights),
            _COMPANIES: _write_weights(self.company_weights),
        }

    @classmethod
    def of(cls, tables: Tables, facts: Facts) -> Self:
        """Return the base that ``tables`` and ``facts`` are of.

        Raises:
            KeyError, ValueError, TypeError: they are of no such base.
        """
        clients = tables[_CLIENTS]
        keys = {name: _read_keys(tables, name) for name in (_PEOPLE, _COMPANIES)}
        own = (_CLIENTS, *(name for name in tables if name.split(".")[0] in keys))
        return cls(
            packed={name: table for name, table in tables.items() if name not in own},
            label=clients.column("label"),
            client_id=clients.column("client_id"),
            cluster=clients.column("cluster").to_numpy().astype(np.int64),
            company=clients.column("company").to_numpy().astype(np.int64),
            people=keys[_PEOPLE],
            companies=keys[_COMPANIES],
            person_weights=_read_weights(facts[_PEOPLE], PERSON),
            company_weights=_read_weights(facts[_COMPANIES], COMPANY),
            lacks_phones=bool(facts["lacks_phones"]),
        )


def index_base(
    prepared: Prepared, label: "pd.Series[str]", client_id: "pd.Series[str]", settings: DedupSettings
) -> IndexedBase:
    """Match a base within itself, as ``dedup`` does, and keep what it takes to look records up in it.

    Args:
        prepared: its rows.
        label: what each row is called.
        client_id: the ``crmclean_id`` of each row, ``""`` where it has none.
    """
    matched = match_rows(prepared, settings)
    people, companies = matched.people, matched.companies
    client_of_person = matched.persons.clustering.cluster
    cards = np.flatnonzero(matched.card_row != MISSING)
    cluster = np.zeros(len(prepared), dtype=np.int64)
    cluster[people.rows] = client_of_person
    first_card = int(client_of_person.max(initial=MISSING)) + 1
    cluster[matched.card_row[cards]] = first_card + matched.cards.clustering.cluster[cards]
    return IndexedBase(
        packed=pack_rows(prepared),
        label=pa.chunked_array([one_array(label)]),
        client_id=pa.chunked_array([one_array(client_id)]),
        cluster=cluster,
        company=number_companies(companies, matched.firms),
        people=keys_of_people(people, people.lacks_phones),
        companies=keys_of_companies(companies),
        person_weights=_completed(matched.persons.weights, PERSON),
        company_weights=_completed(matched.firms.weights, COMPANY),
        lacks_phones=people.lacks_phones,
    )


def _completed(weights: Weights, model: tuple[Comparison, ...]) -> Weights:
    """Return weights of every comparison: what nobody in the base has a new record may have."""
    shipped = prior_weights(model)
    names = [item.name for item in weights.comparisons]
    places = [names.index(item.name) if item.name in names else MISSING for item in model]
    pairs = list(enumerate(places))
    m = tuple(shipped.m[own] if place == MISSING else weights.m[place] for own, place in pairs)
    u = tuple(shipped.u[own] if place == MISSING else weights.u[place] for own, place in pairs)
    return Weights(model, m, u, weights.duplicates, weights.estimated)


def _texts(column: pa.ChunkedArray, rows: Ints) -> "pd.Series[str]":
    return pd.Series(column.take(pa.array(rows)).to_pylist(), dtype="str")


def _read_keys(tables: Tables, name: str) -> RecordKeys:
    table = tables[name]
    single = {field: table.column(field).to_numpy() for field in table.column_names if field != "row"}
    several = {
        part.removeprefix(f"{name}."): Values(values.column("record").to_numpy(), values.column("value").to_numpy())
        for part, values in tables.items()
        if part.startswith(f"{name}.")
    }
    return RecordKeys(table.column("row").to_numpy(), single, several)


def _write_weights(weights: Weights) -> dict[str, Any]:
    return {
        "comparisons": [item.name for item in weights.comparisons],
        "m": [values.tolist() for values in weights.m],
        "u": [values.tolist() for values in weights.u],
        "duplicates": weights.duplicates,
        "estimated": weights.estimated,
    }


def _read_weights(kept: Mapping[str, Any], model: tuple[Comparison, ...]) -> Weights:
    known = {item.name: item for item in model}
    comparisons = tuple(known[name] for name in kept["comparisons"])
    m, u = _arrays(kept["m"]), _arrays(kept["u"])
    for item, *values in zip(comparisons, m, u, strict=True):
        if any(len(levels) != len(item.levels) for levels in values):
            raise ValueError(item.name)
    return Weights(comparisons, m, u, float(kept["duplicates"]), bool(kept["estimated"]))


def _arrays(kept: Sequence[Sequence[float]]) -> tuple[Floats, ...]:
    return tuple(np.array(values, dtype=np.float64) for values in kept)
