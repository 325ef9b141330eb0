"""What was taken apart on reading goes back: rows put aside to their places, the lowest row of the heading."""

from dataclasses import replace

import pandas as pd

from crmclean.core.table import Column, Origin, Table
from crmclean.files.restoring import headings_as_read, put_back


def make_table(origin: Origin) -> Table:
    columns = (Column("Контакты / Телефон", "Контакты / Телефон"), Column("ФИО", "ФИО"))
    frame = pd.DataFrame([["1", "Иван"], ["2", "Олег"]], columns=[column.name for column in columns], dtype="str")
    return Table(frame, columns, origin)


def test_rows_go_back_to_their_places_for_another_format() -> None:
    origin = Origin(heading=("Телефон", "ФИО"), aside=((0, "1,2"), (1, ""), (1, '"а,б",'), (9, "Итого,")))
    table = put_back(make_table(origin))
    assert table.headers == ["Телефон", "ФИО"]
    assert table.frame.to_numpy().tolist() == [["1", "2"], ["1", "Иван"], ["а,б", ""], ["2", "Олег"], ["Итого", ""]]
    assert (table.origin.aside, table.origin.heading) == ((), ())


def test_added_columns_keep_their_heading_below_a_heading_of_two_rows() -> None:
    table = make_table(Origin(heading=("Телефон", "ФИО"))).with_added(
        {"crmclean_score": pd.Series(["1", "2"], dtype="str")}
    )
    assert headings_as_read(table) == ["Телефон", "ФИО", "crmclean_score"]
    assert headings_as_read(replace(table, origin=Origin())) == ["Контакты / Телефон", "ФИО", "crmclean_score"]
