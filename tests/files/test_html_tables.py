"""Pages: merged cells stand in their columns, spans have limits, and what is put aside goes back as rows."""

import pytest

from crmclean.core.errors import FileError
from crmclean.core.settings import ReadSettings
from crmclean.files.html_tables import read_html_table
from crmclean.files.reading import read_table
from crmclean.files.writing import render


def page(*rows: str) -> bytes:
    return ("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>").encode()


HEADING = "<th>ФИО</th><th>Телефон</th><th>Город</th>"


def test_cells_that_span_rows_and_columns() -> None:
    merged = '<th rowspan="2">ФИО</th><th colspan="2">Контакты</th><th rowspan="2">Город</th>'
    data = page(
        "<td>Отчёт</td>", merged, "<th>Телефон</th><th>E-mail</th>", "<td>Орлов</td><td>1</td><td>а</td><td>Уфа</td>"
    )
    table = read_html_table(memoryview(data), "base.xls", ())
    assert table.headers == ("ФИО", "Контакты / Телефон", "Контакты / E-mail", "Город")
    assert table.heading == ("", "Телефон", "E-mail", "")
    assert table.frame.to_numpy().tolist() == [["Орлов", "1", "а", "Уфа"]]
    assert (table.header_row, table.skipped) == (3, ((1, "Отчёт"),))


def test_rows_put_aside_are_written_as_rows() -> None:
    data = page(HEADING, "<td>1</td><td>2</td><td>3</td>", "<td>Орлов</td><td>1</td><td>Уфа</td>", "<td>Итого</td>")
    reading = read_table(data, "base.xls", ReadSettings())
    assert reading.table.origin.aside == ((0, "1\t2\t3"), (1, "Итого"))
    assert reading.skipped == ((2, "1\t2\t3"), (4, "Итого"))
    written = render(reading.table).data.decode()
    assert "<tr><td>1</td><td>2</td><td>3</td></tr><tr><td>Орлов</td>" in written
    assert written.index("Орлов") < written.index("<tr><td>Итого</td><td></td><td></td></tr>")


def test_page_as_csv_keeps_the_rows_put_aside() -> None:
    data = page(HEADING, "<td>Орлов</td><td>1</td><td>Уфа</td>", "<td>Итого</td>")
    written = render(read_table(data, "base.xls", ReadSettings()).table, "csv").data.decode()
    assert written.splitlines() == ["ФИО;Телефон;Город", "Орлов;1;Уфа", "Итого"]


@pytest.mark.parametrize("span", ["0", "-1", "x", "", "²"])
def test_span_that_is_no_number_is_one(span: str) -> None:
    data = page(HEADING, f'<td colspan="{span}">Орлов</td><td>1</td><td>Уфа</td>')
    assert read_html_table(memoryview(data), "base.xls", ()).frame.to_numpy().tolist() == [["Орлов", "1", "Уфа"]]


def test_row_that_claims_columns_without_end() -> None:
    data = page(HEADING, '<td colspan="9999999">Орлов</td><td colspan="9999999">1</td>')
    with pytest.raises(FileError, match="columns"):
        read_html_table(memoryview(data), "base.xls", ())
