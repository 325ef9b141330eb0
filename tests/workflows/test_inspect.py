import pytest

from crmclean.core.settings import ReadSettings
from crmclean.files.reading import read_table
from crmclean.workflows.inspect import inspect, mask
from tests.matching.people import contacts, person

SOURCE = contacts(
    person("Иванов Сергей", "+79161112233", "s@example.ru"),
    person("Ким Олег", "48-16"),
    person("", "+79161112244"),
    person("Петрова Анна"),
)


def test_every_column_is_described() -> None:
    columns = inspect(SOURCE).tables["columns"].set_index("header")

    assert columns.loc["Телефон", "position"] == 5
    assert columns.loc["Телефон", "role"] == "phone"
    assert columns.loc["Телефон", "filled"] == 0.75
    assert columns.loc["Телефон", "distinct"] == 3
    assert columns.loc["Телефон", "valid"] == pytest.approx(2 / 3)
    assert columns.loc["E-mail", "valid"] == 1
    assert columns["valid"].isna()["Фамилия"]
    assert columns["valid"].isna()["ИНН"]


def test_examples_are_masked() -> None:
    examples = inspect(SOURCE).tables["columns"].set_index("header")["example"]

    assert examples["Фамилия"] == "И*****"
    assert examples["E-mail"] == "s@e******.r*"
    assert examples["Компания"] == ""


def test_the_quality_is_the_mean_of_completeness_and_validity() -> None:
    figures = inspect(SOURCE).figures

    assert figures["rows"] == 4
    assert figures["completeness"] == 0.5
    # Three phones, one of them impossible, and one mailbox.
    assert figures["validity"] == pytest.approx(3 / 4)
    assert figures["quality"] == 62.5


def test_nothing_is_changed_and_no_change_is_reported() -> None:
    outcome = inspect(SOURCE)

    assert outcome.table is SOURCE
    assert outcome.findings["code"].tolist() == ["phone-impossible"]


def test_a_table_without_rows() -> None:
    figures = inspect(contacts()).figures

    assert figures["rows"] == 0
    assert figures["quality"] == 0


@pytest.mark.parametrize(
    ("text", "masked"),
    [("Иванов Пётр", "И***** П***"), ("+79161112233", "+7**********"), ("a.b@c.ru", "a.b@c.r*"), ("", "")],
)
def test_mask(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_the_recognition_of_every_column_is_shown() -> None:
    text = (
        "ФИО;Связь;Артикул\nИванов Пётр;+7 916 111-22-33;А-1\nПетрова Анна;+7 916 111-22-44;А-2\nСидоров Олег;нет;А-3\n"
    )
    table = read_table(text.encode(), "base.csv", ReadSettings(map=(("phone", "Связь"),))).table
    columns = inspect(table).tables["columns"].set_index("header")

    assert columns["recognised_by"].tolist() == ["heading", "map", ""]
    assert columns["confidence"].tolist()[:2] == [1.0, 1.0]
    assert columns["confidence"].isna()["Артикул"]


def test_a_column_recognised_by_its_content_says_so() -> None:
    text = "Кто;Связь\nИванов Пётр;a@example.ru\nПетрова Анна;b@example.ru\nСидоров Олег;c@example.ru\n"
    columns = inspect(read_table(text.encode(), "base.csv", ReadSettings()).table).tables["columns"]

    assert columns["role"].tolist() == ["full_name", "email"]
    assert columns["recognised_by"].tolist() == ["content", "content"]
    # Three cells that all agree prove three quarters.
    assert columns["confidence"].tolist() == [0.75, 0.75]
    assert columns["example"].tolist() == ["И***** П***", "a@e******.r*"]
