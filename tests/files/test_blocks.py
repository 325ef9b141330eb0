"""A delimited text is parsed in blocks: where one ends must make no difference to any cell."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmclean.core.settings import ReadSettings
from crmclean.files import pieces, rows
from crmclean.files.reading import read_table

_COMMENTS = st.lists(st.sampled_from(["а", "b", " ", "\r\n", "\n"]), max_size=6).map("".join)


@pytest.mark.parametrize("before", range(20))
def test_a_line_end_of_a_cell_survives_between_two_blocks(monkeypatch: pytest.MonkeyPatch, before: int) -> None:
    monkeypatch.setattr(pieces, "PIECE", 32)
    comment = "x" * before + "one\r\ntwo"
    text = f'Имя;Телефон;Комментарий\r\nАнна;+7 900 000-00-01;"{comment}"\r\nПётр;+7 900 000-00-02;""\r\n'
    frame = read_table(text.encode("utf-8"), "base.csv", ReadSettings()).table.frame
    assert frame.iloc[:, 2].tolist() == [comment, ""]


@given(comments=st.lists(_COMMENTS, min_size=1, max_size=12), block=st.integers(40, 90))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_the_size_of_a_block_makes_no_difference(
    monkeypatch: pytest.MonkeyPatch, comments: list[str], block: int
) -> None:
    monkeypatch.setattr(pieces, "PIECE", block)
    monkeypatch.setattr(rows, "_BLOCK", block)
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(["Имя", "Телефон", "Комментарий"])
    writer.writerows(["Анна", "+7 900 000-00-01", comment] for comment in comments)
    frame = read_table(written.getvalue().encode("utf-8"), "base.csv", ReadSettings()).table.frame
    assert frame.iloc[:, 2].tolist() == comments
