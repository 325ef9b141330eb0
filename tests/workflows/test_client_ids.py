"""The ids of clients from one export to the next: tables in, the column ``crmclean_id`` out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from crmclean.core.step import Outcome
from crmclean.core.table import Column, Origin, Table
from crmclean.history.client_memory import known_after
from crmclean.history.clients import AssignedIds, assign_ids
from crmclean.history.known_clients import IDENTITY, KnownClients
from crmclean.matching.prepared import prepare
from crmclean.workflows.client_ids import ID_COLUMN, add_client_ids, identities, part_client_ids

ROLES = {
    "ID": "id",
    "Фамилия": "last_name",
    "Имя": "first_name",
    "Телефон": "phone",
    "Почта": "email",
    "Компания": "company",
    "ИНН": "inn",
    "Город": "city",
    "Комментарий": "comment",
}

ANNA = {"ID": "5", "Фамилия": "Вымышленная", "Имя": "Анна", "Телефон": "+79000000101", "Город": "Тверь"}
BORIS = {"ID": "6", "Фамилия": "Пробный", "Имя": "Борис", "Телефон": "+79000000102", "Почта": "boris@example.com"}
FIRM = {"ID": "7", "Компания": "ООО Ромашка-Проба", "ИНН": "7707083893", "Телефон": "+74950000103"}


def export(*rows: Mapping[str, str], without: Sequence[str] = (), system: str = "bitrix24") -> Table:
    """Return an export of the rows, without the columns named."""
    names = [name for name in ROLES if name not in without]
    frame = pd.DataFrame([[row.get(name, "") for name in names] for row in rows], columns=names, dtype="str")
    return Table(frame, tuple(Column(name, name, ROLES[name]) for name in names), Origin(system=system))


def find_clusters(size: int, merged: Sequence[Sequence[int]] = ()) -> pd.DataFrame:
    """Return the clusters of rows from 0: the rows of each of ``merged`` are one client, the first survives."""
    clusters = pd.DataFrame({"cluster_id": [str(row) for row in range(size)], "role": "single"}, dtype="str")
    for rows in merged:
        clusters.loc[list(rows), "cluster_id"] = str(rows[0])
        clusters.loc[list(rows), "role"] = "merged"
        clusters.loc[rows[0], "role"] = "survivor"
    return clusters


def identify(table: Table, merged: Sequence[Sequence[int]] = ()) -> pd.DataFrame:
    order = np.arange(len(table), dtype=np.int64)
    return identities(prepare(table, "RU"), table, find_clusters(len(table), merged), order)


def assign(table: Table, known: KnownClients | None = None, merged: Sequence[Sequence[int]] = ()) -> AssignedIds:
    return assign_ids(identify(table, merged), known or KnownClients.none())


def ids(table: Table, known: KnownClients | None = None) -> list[str]:
    texts: list[str] = assign(table, known).ids.tolist()
    return texts


@pytest.fixture(scope="module")
def known() -> KnownClients:
    return known_after(assign(export(ANNA, BORIS, FIRM)), 1, date(2026, 3, 1))


@pytest.fixture(scope="module")
def first(known: KnownClients) -> list[str]:
    return ids(export(ANNA, BORIS, FIRM))


def test_identities_are_in_the_order_of_the_table() -> None:
    table = export(ANNA, BORIS, FIRM)
    order = np.array([2, 0, 1], dtype=np.int64)
    turned = table.with_frame(table.frame.take(order))
    found = identities(prepare(turned, "RU"), table, find_clusters(3), order)
    pd.testing.assert_frame_equal(found, identify(table))
    assert found["card"].tolist() == [False, False, True]
    assert dict(found[list(IDENTITY)].dtypes.astype(str)) == dict(IDENTITY)


def test_of_many_phones_and_mailboxes_three_are_kept() -> None:
    many = {**ANNA, "Телефон": "+79000000101, +79000000104, +79000000105", "Почта": "anna@example.com"}
    one, other = identify(export(many)), identify(export(ANNA))
    kept = one[["contact_1", "contact_2", "contact_3"]].iloc[0].tolist()
    assert kept == sorted(kept)
    assert len(set(kept) - {0}) == 3
    assert other[["contact_2", "contact_3"]].iloc[0].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        pytest.param({**ANNA, "Комментарий": "перезвонить"}, 0, id="comment"),
        pytest.param({**ANNA, "Телефон": "8 (900) 000-01-01"}, 0, id="phone-in-another-spelling"),
        pytest.param({**ANNA, "Телефон": "+79000000199", "Город": "Псков"}, 0, id="new-phone-same-id"),
        pytest.param({**ANNA, "Фамилия": "Замужняя"}, 0, id="married-same-id"),
        pytest.param({**ANNA, "ID": "905"}, 0, id="imported-again-with-a-new-id"),
        pytest.param({**ANNA, "ID": "", "Город": "Псков"}, 0, id="no-id-another-city"),
        pytest.param({**BORIS, "ID": "", "Телефон": ""}, 1, id="name-and-mail"),
        pytest.param({**FIRM, "Компания": "ООО Лютик-Проба", "Телефон": ""}, 2, id="company-renamed"),
        pytest.param({**FIRM, "ID": "", "Компания": "ООО Лютик-Проба"}, 2, id="company-renamed-no-id"),
    ],
)
def test_corrected_record_keeps_its_id(
    row: Mapping[str, str], place: int, known: KnownClients, first: list[str]
) -> None:
    assert ids(export(row), known) == [first[place]]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({**BORIS, "ID": "5"}, id="id-of-another"),
        pytest.param({"ID": "5", "Фамилия": "Посторонняя", "Имя": "Вера", "Телефон": "+79000000177"}, id="same-id"),
        pytest.param({"Фамилия": "Вымышленный", "Имя": "Пётр", "Телефон": "+79000000101"}, id="husband"),
        pytest.param({"Фамилия": "Вымышленная", "Имя": "Анна", "Телефон": "+79000000188"}, id="namesake"),
    ],
)
def test_nobody_gets_the_id_of_somebody_else(row: Mapping[str, str], known: KnownClients, first: list[str]) -> None:
    assert ids(export(row), known)[0] != first[0]


def test_column_more_changes_nobody(known: KnownClients, first: list[str]) -> None:
    bare = {"ID": "8", "Имя": "Анна"}
    known = known_after(assign(export(bare, ANNA, without=["Комментарий"]), known), 2, date(2026, 3, 2))
    before = ids(export(bare, ANNA, without=["Комментарий"]), known)
    assert ids(export(bare, ANNA), known) == before
    assert before[1] == first[0]


def test_own_columns_of_an_earlier_run_are_no_other_layout() -> None:
    table = export({"Имя": "Анна"}, {"Имя": "Борис"}, without=["ID"])
    known = known_after(assign(table), 1, date(2026, 3, 1))
    again = table.with_added({ID_COLUMN: pd.Series(["x", "y"], dtype="str")})
    assert ids(again, known) == ids(table)


def test_rows_told_apart_by_a_comment_alone_keep_their_own_ids() -> None:
    rows = [{"Имя": "Анна", "Комментарий": text} for text in ("с ярмарки", "с выставки", "по звонку")]
    known = known_after(assign(export(*rows, without=["ID"])), 1, date(2026, 3, 1))
    before = ids(export(*rows, without=["ID"]))
    assert len(set(before)) == 3
    assert ids(export(*reversed(rows), without=["ID"]), known) == before[::-1]
    assert ids(export(rows[2], rows[0], without=["ID"]), known) == [before[2], before[0]]


def test_row_that_comes_to_look_like_another_takes_nothing_from_it() -> None:
    alone = {"Имя": "Анна", "Комментарий": "с ярмарки"}
    known = known_after(assign(export(alone, without=["ID"])), 1, date(2026, 3, 1))
    (before,) = ids(export(alone, without=["ID"]))
    both = ids(export({"Имя": "Анна", "Комментарий": "с выставки"}, alone, without=["ID"]), known)
    assert before in both
    assert len(set(both)) == 2


def test_column_stands_last_in_the_cleaned_base_and_the_lists_beside() -> None:
    table = export(ANNA, BORIS, {**ANNA, "ID": "9"})
    clusters = find_clusters(3, [(0, 2)])
    known = known_after(assign(export(ANNA, BORIS, {**ANNA, "ID": "9"})), 1, date(2026, 3, 1))
    assigned = assign(table, known, [(0, 2)])
    cleaned = replace(table, frame=table.frame.take([0, 1]).reset_index(drop=True))
    outcome = add_client_ids(Outcome(cleaned, tables={"clusters": clusters}, figures={"rows_in": 3}), assigned)
    assert outcome.table.headers == [*ROLES, "crmclean_id"]
    assert outcome.table.frame[ID_COLUMN].tolist() == assigned.ids[:2].tolist()
    assert outcome.tables["client_ids"]["row"].tolist() == [1, 2, 3]
    assert outcome.tables["client_ids"][ID_COLUMN].tolist() == assigned.ids.tolist()
    assert assigned.ids[0] == assigned.ids[2] != assigned.ids[1]
    assert outcome.tables["merged_clients"]["surviving_id"].tolist() == [assigned.ids[0]]
    assert dict(outcome.figures) == {"rows_in": 3, "clients_new": 0, "clients_merged": 1}
    parted = part_client_ids(outcome.tables["client_ids"], clusters, frozenset({"0"}))
    assert parted.tolist() == [assigned.ids[0], assigned.ids[1], ""]


def test_empty_table() -> None:
    assert ids(export()) == []
