"""Looking records up in a base: known, doubtful, new, as ``dedup`` of both files together would say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.generator import LAYOUTS, generate, line_writer, write_base
from crmclean.core.settings import DedupSettings, ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.matching.answers import Answers
from crmclean.matching.arrays import MISSING
from crmclean.matching.fingerprints import record_hashes
from crmclean.matching.indexed_base import IndexedBase
from crmclean.matching.packed_rows import join_rows, pack_rows, unpack_rows
from crmclean.matching.pipeline import match_people
from crmclean.matching.prepared import prepare
from crmclean.matching.record_keys import find_members, keys_of_people, pairs_with_base, person_keys
from crmclean.matching.records import people_of
from crmclean.workflows.dedup import canonical_order, dedup, matched_view
from crmclean.workflows.link import LINK_COLUMNS, link, prepare_base
from tests.matching.people import company, contacts, person

A, B, C = "+79161112233", "+79262223344", "+79033334455"
IVANOV = "Иванов Сергей Петрович"
INN, OTHER_INN = "7707083893", "7736207543"
SETTINGS = DedupSettings()
STRANGER = person("Дзюбенко Олег Маркович", C, "dzubenko@example.com")


def numbered(rows: list[dict[str, str]], first: int) -> Table:
    return contacts(*({**row, "ID": str(first + place)} for place, row in enumerate(rows)))


def look_up(new: list[dict[str, str]], base: list[dict[str, str]], answers: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what is added to the new records; those of the base are called 101, 102 …, the new ones 1, 2 …"""
    outcome = link(numbered(new, 1), prepare_base(numbered(base, 101), SETTINGS), SETTINGS, answers)
    return outcome.table.frame[list(LINK_COLUMNS)].rename(columns=lambda name: name.removeprefix("crmclean_"))


@pytest.mark.parametrize(
    ("new", "base", "status"),
    [
        pytest.param(person(IVANOV, "8 (916) 111-22-33"), person(IVANOV, A), "known", id="other spelling"),
        pytest.param(
            person("Иванов Сергей", B, "S.Ivanov@Example.ru"),
            person(IVANOV, A, "s.ivanov@example.ru"),
            "known",
            id="new phone, same mailbox",
        ),
        pytest.param(person("Иванова Анна Олеговна", A), person(IVANOV, A), "new", id="spouse on one phone"),
        pytest.param(
            person("Ким Анна Ильинична", A), person("Петрова Анна Ильинична", A), "doubtful", id="maiden name"
        ),
        pytest.param(person(IVANOV, B), person("Петров Олег Ильич", A), "new", id="nothing in common"),
        pytest.param(
            company("ООО «Ромашка-Проба»", INN), company("Ромашка-Проба, ООО", INN), "known", id="company by INN"
        ),
        pytest.param(
            company("ООО «Ромашка-Проба»", OTHER_INN), company("ООО «Ромашка-Проба»", INN), "new", id="two INN"
        ),
        pytest.param(
            {**company("ООО «Ромашка-Проба»", INN), "КПП": "770701001"},
            {**company("ООО «Ромашка-Проба»", INN), "КПП": "781301001"},
            "new",
            id="branch",
        ),
    ],
)
def test_status(new: dict[str, str], base: dict[str, str], status: str) -> None:
    found = look_up([new], [STRANGER, base])
    assert found["link"].tolist() == [status]
    assert found["base_id"].tolist() == (["102"] if status != "new" else [""])
    assert found["reason"].ne("").tolist() == [status != "new"]


def test_a_record_known_over_another_new_one() -> None:
    by_phone = person(IVANOV, A, "s.ivanov@example.ru")
    by_mail = person(IVANOV, B, "s.ivanov@example.ru")
    found = look_up([by_mail, by_phone], [person(IVANOV, A), STRANGER])
    assert found["link"].tolist() == ["known", "known"]
    assert found["base_id"].tolist() == ["101", "101"]


def test_new_records_of_one_client_are_named() -> None:
    found = look_up([person(IVANOV, A), person("Ким Анна", B), person(IVANOV, A)], [STRANGER])
    assert found["link"].tolist() == ["new", "new", "new"]
    assert found["same_as"].tolist() == ["", "", "1"]


def test_client_id_of_the_base_comes_along() -> None:
    table = numbered([person(IVANOV, A), STRANGER], 101)
    table = table.with_added({"crmclean_id": pd.Series(["aaaa", "bbbb"])})
    outcome = link(numbered([person(IVANOV, A)], 1), prepare_base(table, SETTINGS), SETTINGS)
    assert outcome.table.frame["crmclean_base_client"].tolist() == ["aaaa"]


def test_only_some_are_kept_and_all_are_counted() -> None:
    new = numbered([person(IVANOV, A), person("Ким Анна", B)], 1)
    base = prepare_base(numbered([person(IVANOV, A), STRANGER], 101), SETTINGS)
    outcome = link(new, base, SETTINGS, only=frozenset({"new"}))
    assert outcome.table.frame["ID"].tolist() == ["2"]
    assert [outcome.figures[name] for name in ("rows_in", "rows_out", "known", "new")] == [2, 1, 1, 1]


def test_a_second_run_replaces_its_columns() -> None:
    base = prepare_base(numbered([person(IVANOV, A), STRANGER], 101), SETTINGS)
    once = link(numbered([person(IVANOV, A)], 1), base, SETTINGS).table
    again = link(once, base, SETTINGS).table
    pd.testing.assert_frame_equal(again.frame, once.frame)
    assert tuple(again.frame.columns[-len(LINK_COLUMNS) :]) == LINK_COLUMNS


def test_an_answer_of_a_person_counts() -> None:
    pair = [person("Петрова Анна Ильинична", A), person("Ким Анна Ильинична", A)]
    review = dedup(contacts(*pair), SETTINGS).tables["review"].iloc[0]
    said = {name: review[name] for name in ("key_a", "key_b", "of", "levels")}
    for same, status in ((True, "known"), (False, "new")):
        answers = pd.DataFrame([{**said, "same": same, "decided_at": "2026-03-01T10:00:00+00:00"}])
        assert look_up([pair[1]], [pair[0], STRANGER], answers=answers)["link"].tolist() == [status]


@pytest.mark.parametrize("empty", ["new", "base"])
def test_nothing_to_look_up_or_to_look_in(empty: str) -> None:
    rows = [person(IVANOV, A)]
    found = look_up([] if empty == "new" else rows, [] if empty == "base" else rows)
    assert found["link"].tolist() == ([] if empty == "new" else ["new"])


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """Return a base of people, companies and households in which many stand several times."""
    layout = LAYOUTS["plain"]
    path = tmp_path_factory.mktemp("base") / "base.csv"
    write_base(generate(1500, 11, "mixed", layout, line_writer(layout)), layout, path)
    return read_table(path.read_bytes(), str(path), ReadSettings()).table


def take(table: Table, rows: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Table:
    return table.with_frame(table.frame.take(rows))


@pytest.fixture(scope="module")
def parted(generated: Table) -> tuple[Table, Table]:
    """Return new records and the base, a random tenth and the rest."""
    rows = np.random.default_rng(3).permutation(len(generated))
    return take(generated, np.sort(rows[:150])), take(generated, np.sort(rows[150:]))


@pytest.fixture(scope="module")
def indexed(parted: tuple[Table, Table]) -> IndexedBase:
    return prepare_base(parted[1], SETTINGS)


def statuses_of_dedup(new: Table, base: Table) -> tuple[list[str], list[str]]:
    """Return what ``dedup`` of both together makes of the new records: their status, and their client."""
    both = new.with_frame(pd.concat([new.frame, base.frame], ignore_index=True))
    outcome = dedup(both, SETTINGS)
    cluster = outcome.tables["clusters"]["cluster_id"]
    in_base = set(cluster[len(new) :])
    review = outcome.tables["review"]
    doubtful = set()
    for one, other in (("row_a", "row_b"), ("row_b", "row_a")):
        asked, of = (cluster.take(review[name].to_numpy(np.int64) - 1).tolist() for name in (one, other))
        doubtful |= {client for client, target in zip(asked, of, strict=True) if target in in_base}
    clients = cluster[: len(new)].tolist()
    statuses = ["known" if one in in_base else "doubtful" if one in doubtful else "new" for one in clients]
    return statuses, clients


def test_it_agrees_with_dedup_of_both_files(parted: tuple[Table, Table], indexed: IndexedBase) -> None:
    new, base = parted
    wanted, _clients = statuses_of_dedup(new, base)
    found = link(new, indexed, SETTINGS).table.frame["crmclean_link"].tolist()
    agreed = sum(one == other for one, other in zip(wanted, found, strict=True))
    assert {"known", "doubtful", "new"} == set(wanted)
    assert agreed >= 0.99 * len(new)


def test_the_order_of_the_rows_decides_nothing(parted: tuple[Table, Table], indexed: IndexedBase) -> None:
    new, base = parted
    names = [name for name in LINK_COLUMNS if name != "crmclean_same_as"]
    once = link(new, indexed, SETTINGS).table.frame.set_index("ID")[names]
    shuffle = np.random.default_rng(5)
    turned = take(new, shuffle.permutation(len(new))), take(base, shuffle.permutation(len(base)))
    again = link(turned[0], prepare_base(turned[1], SETTINGS), SETTINGS).table.frame.set_index("ID")[names]
    pd.testing.assert_frame_equal(again.loc[once.index], once)


def test_candidates_are_those_of_dedup(parted: tuple[Table, Table]) -> None:
    """The keys of the index are the keys of the pipeline: no pair of a new and an old record is lost."""
    new, base = (prepare(matched_view(table, canonical_order(table)), SETTINGS.region) for table in parted)
    nobody = np.full(len(new) + len(base), MISSING, dtype=np.int64)
    both = people_of(join_rows(new, base), nobody)
    ours = int(np.searchsorted(both.rows, len(new)))
    pairs = match_people(both, SETTINGS, Answers.none(len(both))).candidates
    across = (pairs.left < ours) & (pairs.right >= ours)
    wanted = {*zip(pairs.left[across].tolist(), (pairs.right[across] - ours).tolist(), strict=True)}
    ours_keys, base_keys = (keys_of_people(people_of(part, nobody[: len(part)]), False) for part in (new, base))
    record, base_record, _left, _right = pairs_with_base(ours_keys, base_keys, person_keys(False), SETTINGS.max_block)
    assert wanted == {*zip(record.tolist(), base_record.tolist(), strict=True)}


def test_rows_are_packed_and_joined_without_loss(parted: tuple[Table, Table]) -> None:
    prepared = prepare(matched_view(parted[0], canonical_order(parted[0])), SETTINGS.region)
    half = np.arange(0, len(prepared), 2)
    rest = np.arange(1, len(prepared), 2)
    tables = pack_rows(prepared)
    joined = join_rows(unpack_rows(tables, half), unpack_rows(tables, rest))
    order = np.argsort(np.concatenate([half, rest]))
    assert record_hashes(joined)[order].tolist() == record_hashes(prepared).tolist()
    assert joined.is_company[order].tolist() == prepared.is_company.tolist()


@given(st.lists(st.integers(0, 30), max_size=20), st.lists(st.integers(0, 30), max_size=60))
def test_members_are_found(wanted: list[int], among: list[int]) -> None:
    needles = np.unique(np.array(wanted, dtype=np.uint64))
    found, place = find_members(needles, np.array(among, dtype=np.uint64))
    assert found.tolist() == [position for position, value in enumerate(among) if value in wanted]
    assert needles[place].tolist() == [value for value in among if value in wanted]
