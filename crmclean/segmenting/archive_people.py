"""Whether two records can be of one client: what their names and numbers say against it."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.core.table import Table
from crmclean.fields.company import company_key
from crmclean.fields.inn import inn_keys
from crmclean.fields.person import given_names_related, is_initial, name_key, parse_people, surname_key

_NAMES: Final = ("last_name", "first_name", "middle_name", "full_name")


def contradict(table: Table, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell for pairs of rows which are surely two clients: another name, another INN, another company.

    Names in a short form or as initials contradict nothing; companies are compared where neither row names a person.
    """
    rows, places = np.unique(np.concatenate([one, other]), return_inverse=True)
    first, second = places[: len(one)], places[len(one) :]
    people = parse_people(*(_take(table, role, rows) for role in _NAMES))
    surname = surname_key(people["last"]).to_numpy()
    named = people["last"].ne("").to_numpy(np.bool_) | people["first"].ne("").to_numpy(np.bool_)
    company = company_key(_take(table, "company", rows)).to_numpy()
    inn = inn_keys(_take(table, "inn", rows))["inn"].to_numpy()
    against = _differ(surname, first, second) | _differ(inn, first, second)
    against |= _are_two_names(people["first"], first, second)
    against |= _differ(_whole_names(people["middle"]), first, second)
    against |= ~named[first] & ~named[second] & _differ(company, first, second)
    return against


def _take(table: Table, role: str, rows: NDArray[np.int64]) -> "pd.Series[str]":
    return table.coalesced(role).iloc[rows].reset_index(drop=True)


def _differ(keys: NDArray[np.object_], one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which pairs have both a key, and not the same."""
    return np.asarray((keys[one] != "") & (keys[other] != "") & (keys[one] != keys[other]), dtype=np.bool_)


def _whole_names(names: "pd.Series[str]") -> NDArray[np.object_]:
    return name_key(names.where(~is_initial(names), "")).to_numpy()


def _are_two_names(given: "pd.Series[str]", one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    whole = given.where(~is_initial(given), "")
    first, second = whole.iloc[one].reset_index(drop=True), whole.iloc[other].reset_index(drop=True)
    known = first.ne("").to_numpy(np.bool_) & second.ne("").to_numpy(np.bool_)
    return np.asarray(known & ~given_names_related(first, second).to_numpy(np.bool_), dtype=np.bool_)
