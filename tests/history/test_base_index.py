"""The index of a base in the state folder: as it was made, private, whole or made again, and only a few of them."""

import json
import os
import stat
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from crmclean.core.errors import FileError
from crmclean.core.settings import DedupSettings
from crmclean.history.base_index import INDEXES_NAME, KEPT, digest_file, index_name, load_index, save_index
from crmclean.matching.indexed_base import IndexedBase
from crmclean.workflows.link import link, prepare_base
from tests.matching.people import company, contacts, person

NEW = contacts(person("Иванов Сергей Петрович", "+79161112233"), person("Ким Анна", "+79033334455"))


@pytest.fixture(scope="module")
def base() -> IndexedBase:
    rows = (
        person("Иванов Сергей Петрович", "+79161112233", "s.ivanov@example.ru", Город="Тверь"),
        person("Дзюбенко Олег", "+79262223344"),
        company("ООО «Ромашка-Проба»", "7707083893", email="office@romashka.example"),
    )
    return prepare_base(contacts(*rows), DedupSettings())


def whole(folder: Path) -> set[str]:
    return {place.name for place in (folder / INDEXES_NAME).iterdir()}


def test_it_comes_back_as_it_was(tmp_path: Path, base: IndexedBase) -> None:
    assert save_index(tmp_path / "state", "one", base)
    again = load_index(tmp_path / "state", "one")
    assert again is not None
    assert again.facts() == base.facts()
    assert {name: table.to_pydict() for name, table in again.tables().items()} == {
        name: table.to_pydict() for name, table in base.tables().items()
    }
    settings = DedupSettings()
    assert link(NEW, again, settings).table.frame.equals(link(NEW, base, settings).table.frame)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_it_is_private(tmp_path: Path, base: IndexedBase) -> None:
    save_index(tmp_path / "state", "one", base)
    modes: dict[bool, set[int]] = {True: set(), False: set()}
    for path in (tmp_path / "state").rglob("*"):
        modes[path.is_dir()].add(stat.S_IMODE(path.stat().st_mode))
    assert modes == {True: {0o700}, False: {0o600}}


@pytest.mark.parametrize("name", ["facts", "rows.arrow", "people.phone.arrow"])
@pytest.mark.parametrize("damage", ["cut", "gone", "other byte"])
def test_a_damaged_index_is_none(tmp_path: Path, base: IndexedBase, name: str, damage: str) -> None:
    save_index(tmp_path, "one", base)
    path = tmp_path / INDEXES_NAME / "one" / name
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        middle = len(data) // 2
        path.write_bytes(data[:middle] + (b"" if damage == "cut" else bytes([data[middle] ^ 1]) + data[middle + 1 :]))
    assert load_index(tmp_path, "one") is None
    assert save_index(tmp_path, "one", base)
    assert load_index(tmp_path, "one") is not None


def test_none_where_nothing_is(tmp_path: Path) -> None:
    assert load_index(tmp_path, "one") is None


def test_the_few_that_were_used_last_stay(tmp_path: Path, base: IndexedBase) -> None:
    names = [str(number) for number in range(KEPT)]
    for place, name in enumerate(names):
        save_index(tmp_path, name, base)
        os.utime(tmp_path / INDEXES_NAME / name, (place, place))
    load_index(tmp_path, names[0])
    save_index(tmp_path, "newest", base)
    assert whole(tmp_path) == {"newest", *names} - {names[1]}


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path, base: IndexedBase) -> None:
    (tmp_path / "state").write_text("no folder")
    assert not save_index(tmp_path / "state", "one", base)


def test_the_name_depends_on_bytes_and_settings(tmp_path: Path) -> None:
    path = tmp_path / "base.csv"
    path.write_bytes(b"ID\n1\n")
    one = digest_file(str(path))
    path.write_bytes(b"ID\n2\n")
    other = digest_file(str(path))
    plain, strict = asdict(DedupSettings()), asdict(DedupSettings(merge_at=0.99))
    names = {index_name(digest, settings) for digest in (one, other) for settings in (plain, strict)}
    assert len(names) == 4
    assert index_name(one, plain) == index_name(one, json.loads(json.dumps(plain)))


def test_a_base_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="absent"):
        digest_file(str(tmp_path / "absent.csv"))


def test_an_index_of_no_records(tmp_path: Path) -> None:
    empty = prepare_base(contacts(), DedupSettings())
    save_index(tmp_path, "empty", empty)
    again = load_index(tmp_path, "empty")
    assert again is not None
    assert np.array_equal(again.cluster, empty.cluster)
    assert link(NEW, again, DedupSettings()).figures["new"] == len(NEW)
