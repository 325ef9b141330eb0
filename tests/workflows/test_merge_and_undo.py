"""What must hold of every merge: nothing that was in the input is lost, and all of it can be taken back."""

import csv
import io
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.core.settings import DedupSettings, ReadSettings
from crmclean.core.table import ADDED_PREFIX, Table
from crmclean.files.reading import read_table
from crmclean.history.store import History
from crmclean.matching.merging import choose_survivors
from crmclean.workflows.dedup import apply_clusters
from crmclean.workflows.undo import part_clusters, undo_run

HEADERS = ("ID", "Фамилия", "Имя", "Телефон", "Мобильный телефон", "E-mail", "Компания", "Теги", "Создан", "Своё поле")
NAMES = st.sampled_from(["", "Саонова", "Сафонова", " Сафонова", "С.", "Анна", "Аня", "Safonova"])
PHONES = st.sampled_from(["", "+79000000001", "8 900 000-00-01", "8 900 000-00-02; 89000000003", "9,16E+10", "нет"])
TEXTS = st.sampled_from(["", "x", " x ", "x; y", "x,z", 'a "b"', "1\n2", "01.02.2020", "2021-02-01 10:00"])
ROW = st.fixed_dictionaries(
    {
        "Фамилия": NAMES,
        "Имя": NAMES,
        "Телефон": PHONES,
        "Мобильный телефон": PHONES,
        "E-mail": st.sampled_from(["", "a@example.ru", "A@Example.ru", "b@example.com, a@example.ru"]),
        "Компания": st.sampled_from(["", "ООО «Бйакал»", "ООО «Байкал»", 'ооо "байкал"', "Школа 12"]),
        "Теги": TEXTS,
        "Создан": TEXTS,
        "Своё поле": TEXTS,
    }
)
ROWS = st.lists(st.tuples(ROW, st.integers(0, 3)), min_size=2, max_size=9)


def _export(rows: list[dict[str, str]]) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, HEADERS, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({"ID": str(number), **row} for number, row in enumerate(rows, 1))
    return written.getvalue().encode()


def _clusters(table: Table, group: list[int]) -> pd.DataFrame:
    cluster = np.array(group, dtype=np.int64)
    survivor = choose_survivors(table, cluster, "fullest")
    alone = np.bincount(cluster)[cluster] == 1
    role = np.where(alone, "single", np.where(survivor == np.arange(len(table)), "survivor", "merged"))
    label = table.frame["ID"].iloc[survivor].tolist()
    texts = {"id": table.frame["ID"].tolist(), "cluster_id": label, "likely_id": label, "role": role.tolist()}
    empty = {name: [""] * len(table) for name in ("company_id", "household_id", "reason")}
    return pd.DataFrame({"row": np.arange(1, len(table) + 1), **texts, **empty, "probability": 0.9})


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_no_value_is_lost_and_everything_comes_back(rows: list[tuple[dict[str, str], int]]) -> None:
    data = _export([row for row, _group in rows])
    table = read_table(data, "base.csv", ReadSettings(delimiter=";")).table
    clusters = _clusters(table, [group for _row, group in rows])

    outcome = apply_clusters(table, clusters, "RU")

    kept = {int(row): place for place, row in enumerate(clusters.loc[clusters["role"].ne("merged"), "row"])}
    told = set(zip(*(outcome.tables["journal"][name] for name in ("row", "column", "before")), strict=True))
    for row in range(1, len(table) + 1):
        for column in table.columns:
            cell = table.frame[column.name].iloc[row - 1]
            stays = row in kept and outcome.table.frame[column.name].iloc[kept[row]] == cell
            assert not cell or stays or (row, column.header, cell) in told

    with tempfile.TemporaryDirectory() as folder, History(Path(folder) / "state") as history:
        run = history.begin("dedup", {"dedup": DedupSettings()}, {"base.csv": data}, "base.csv")
        for name, frame in outcome.tables.items():
            run.save_table(name, frame)
        run.finish({}, {}, 0.1)
        assert undo_run(run) == data
        assert run.load_table("journal").astype("str").equals(outcome.tables["journal"].astype("str"))
        parted = part_clusters(run.load_table("clusters"), frozenset(clusters["cluster_id"]))

    again = apply_clusters(table, parted).table
    own = [column.name for column in again.columns if not column.header.startswith(ADDED_PREFIX)]
    pd.testing.assert_frame_equal(again.frame[own], table.frame, check_dtype=False)
