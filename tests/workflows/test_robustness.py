"""No table, however odd its cells, makes a workflow raise or lose a row."""

from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.core.settings import DedupSettings, Keep, NormalizeSettings
from crmclean.core.table import ROLES, Column, Origin, Table
from crmclean.workflows.dedup import dedup
from crmclean.workflows.inspect import inspect
from crmclean.workflows.normalize import normalize
from tests.matching.people import contacts, person

CLIENT_ROLES = [role for role in ROLES if role != "deal_title"]
ODD = st.sampled_from(
    [
        "",
        " ",
        "Иванов Иван",
        "И.И.",
        "Саша",
        "оглы",
        "ООО Ромашка",
        "+79161112233",
        "89161112233, +79262223344",
        "a@example.ru; b@example.ru",
        "7707083893/770701001",
        "2020-02-30",
        "31.12.1969",
        "да",
        "компания",
        "vip,опт",
        "\x00",
        "😀",
        "'+7900",
        "=1+1",
        "9,16E+10",
        "0",
        "—",
        "\u00a0",
        "x" * 2000,
        "İstanbul",
        "ﬁ",
        "\u202eabc",
        "٣٤٥",
    ]
)
CELL = ODD | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    roles = draw(st.lists(st.sampled_from([*CLIENT_ROLES, ""]), min_size=1, max_size=9))
    names = [str(number) for number in range(len(roles))]
    rows = draw(st.lists(st.lists(CELL, min_size=len(roles), max_size=len(roles)), max_size=8))
    frame = pd.DataFrame(rows, columns=names, dtype="str")
    entity = draw(st.sampled_from(["", "contact", "company", "mixed"]))
    columns = tuple(Column(name, name, role) for name, role in zip(names, roles, strict=True))
    return Table(frame.reset_index(drop=True), columns, Origin(entity=entity))


@settings(max_examples=40)
@given(tables(), st.sampled_from([0, 2000]), st.sampled_from(get_args(Keep)))
def test_dedup(table: Table, em_rows: int, keep: Keep) -> None:
    outcome = dedup(table, DedupSettings(em_rows=em_rows, keep=keep))

    assert len(outcome.table) + outcome.figures["merged"] == len(table)
    assert len(outcome.tables["clusters"]) == len(table)


@settings(max_examples=40)
@given(tables())
def test_normalize_and_inspect(table: Table) -> None:
    assert len(normalize(table, NormalizeSettings()).table) == len(table)
    assert len(inspect(table).tables["columns"]) == len(table.columns)


@pytest.mark.parametrize("em_rows", [0, 2000], ids=["estimated", "priors"])
def test_a_base_in_which_no_two_records_share_anything(em_rows: int) -> None:
    letters = np.array(list("бвгдклмнпрст"))
    rows = [person(f"{letters[i]}а{letters[-i]}ов {letters[i]}ан", f"+7916111{i:04d}") for i in range(len(letters))]

    outcome = dedup(contacts(*rows), DedupSettings(em_rows=em_rows))

    assert outcome.figures["merged"] == 0
