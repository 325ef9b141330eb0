"""The config file of an export: it loads, whatever is on in it, and says what the export holds and nothing private."""

import itertools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crmclean.config import SECTIONS, load_config
from crmclean.core.i18n import LANGUAGES, set_language
from crmclean.core.settings import ReadSettings
from crmclean.core.table import Table
from crmclean.files.reading import read_bytes, read_table
from crmclean.segmenting.rule_names import resolve_rule
from crmclean.segmenting.rule_syntax import parse_rule
from crmclean.workflows.init_config import write_config
from crmclean.workflows.init_export import describe_export
from tests.files.zoo import make_zoo

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SAMPLE_NAMES = sorted(
    path.name for path in SAMPLES.iterdir() if path.suffix in (".csv", ".xls", ".xlsx") and "truth" not in path.name
)
PURPOSES = {"dedup": "Find duplicates.", "run": "Do it every night.", "segment": "Sort clients."}

PLAIN = ReadSettings()
DEALS = (
    "ID;Сделка;Стадия сделки;Сумма, руб.;Ответственный;Причина отказа;Теги;Комментарий;Телефон;Контакт;"
    "Дата изменения;Этаж\r\n"
    "1;Станок;Новая;900000;Сидорова Анна;;опт, VIP;позвонить маме;+7 900 000-00-01;Котова Анна;01.11.2026;2\r\n"
    "2;Насос;Новая;100;Сидорова Анна;;опт;a@example.com;+7 900 000-00-02;Котова Анна;02.11.2026;3\r\n"
    "3;Шкаф;Чашка чая;100;Сидорова Анна;;опт;;+7 900 000-00-03;Лисицын Олег;03.11.2026;\r\n"
    "4;Шкаф;Чашка чая;100;Ёжиков Пётр;;vip;;+7 900 000-00-03;Лисицын Олег;03.11.2026;\r\n"
    "5;Стол;Сделка провалена;5;Ёжиков Пётр;дорого;;;+7 900 000-00-04;Кротова Яна;04.11.2026;\r\n"
    "6;Стол;Сделка провалена;5;Раз Единственный;дорого;;;+7 900 000-00-04;Кротова Яна;04.11.2026;\r\n"
)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


def read(data: bytes, name: str = "export.csv", settings: ReadSettings = PLAIN) -> Table:
    return read_table(data, name, settings, of_clients=False).table


def config_of(table: Table, given: ReadSettings = PLAIN) -> str:
    return write_config(describe_export(table, "export.csv"), ["export.csv"], given, PURPOSES)


def turn_on(text: str) -> str:
    """Return a config file with every setting in it on."""
    return re.sub(r"^#(?=[^ \n])", "", text, flags=re.MULTILINE)


def load(text: str, folder: Path) -> dict[str, Any]:
    (folder / "crmclean.toml").write_text(text, encoding="utf-8", newline="\n")
    return load_config("crmclean.toml", folder)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_samples_as_written_and_with_all_on(name: str, lang: str, tmp_path: Path) -> None:
    set_language(lang)
    path = str(SAMPLES / name)
    table = read(read_bytes(path), path)
    text = config_of(table)
    run = load(text, tmp_path)["run"]
    # The night has no language of its own, and rules are written in that of their author.
    assert (run.input, run.lang) == (("export.csv",), lang)
    on = load(turn_on(text), tmp_path)
    # Whoever turns the proposals for columns on as they are, changes nothing.
    again = read(read_bytes(path), path, ReadSettings(map=on["read"].map))
    assert [column.role for column in again.columns] == [column.role for column in table.columns]
    rules = [*on["segments"].rules, *on["segments"].chains, *on["archive"].rule]
    if name not in ("calls.csv", "bounces.csv"):
        # An example that cannot be read in one of the languages would be left out without a word.
        assert (len(on["segments"].rules), len(on["archive"].rule)) == (1, 1)
    for rule in rules:
        bound, problems, missing = resolve_rule(parse_rule(rule.when), table)
        assert (bound is not None, problems, missing) == (True, (), ())


@pytest.mark.parametrize("specimen", make_zoo(), ids=lambda specimen: specimen.name)
def test_odd_files_as_written_and_with_all_on(specimen: Any, tmp_path: Path) -> None:
    text = config_of(read(specimen.data, specimen.name))
    load(text, tmp_path)
    load(turn_on(text), tmp_path)


@pytest.fixture
def deals() -> Table:
    return read(DEALS.encode())


def test_every_setting_can_be_turned_on_alone(deals: Table, tmp_path: Path) -> None:
    lines = config_of(deals).splitlines()
    for place, line in enumerate(lines):
        alone = re.match(r"#[\w\"-]+ = (?!\[$)", line)
        if alone and not line_is_in_block(lines, place):
            load("\n".join([*lines[:place], line[1:], *lines[place + 1 :]]), tmp_path)


def line_is_in_block(lines: list[str], place: int) -> bool:
    """Tell whether a line belongs to a table that is off itself, such as ``#[[segment]]``."""
    header = next(line for line in reversed(lines[:place]) if re.match(r"#?\[", line))
    return header.startswith("#")


def test_every_setting_is_explained(deals: Table) -> None:
    lines = config_of(deals).splitlines()
    explained: set[str] = set()
    for before, line in itertools.pairwise(lines):
        if setting := re.match(r"#?([a-z_]+) = ", line):
            assert before.startswith("# ") or setting[1] in explained, line
            explained.add(setting[1])


def test_every_setting_exists(deals: Table) -> None:
    document = tomllib.loads(turn_on(config_of(deals)))
    assert {"segment", "chain", "manager", "use", "read", "notify", "run", "history"} <= document.keys()
    assert document.keys() - SECTIONS.keys() == {"use", "statuses", "segment", "chain", "manager"}


def test_what_the_file_says(deals: Table, tmp_path: Path) -> None:
    on = load(turn_on(config_of(deals)), tmp_path)
    assert on["read"].map == (("none", "Этаж"),)
    assert on["normalize"].vocabulary == (("Теги", "опт"), ("Теги", "VIP"))
    # «Чашка чая» is nothing that the vocabulary of statuses knows.
    unknown = (("in-work", "Чашка чая"),)
    for name in ("deals", "funnel", "audit", "segments", "archive"):
        assert on[name].statuses == unknown
    assert [manager.name for manager in on["segments"].managers] == ["Сидорова Анна", "Ёжиков Пётр"]
    assert on["run"].steps[:4] == ("normalize", "deals", "funnel", "audit")
    assert on["segments"].rules[0].when == "[Сумма, руб.] >= 500000 and [Стадия сделки] is open"
    assert on["segments"].chains[0].when == "[Стадия сделки] is no-answer"
    assert len(on["segments"].chains[0].step) == 3
    rule = on["archive"].rule[0]
    assert (rule.when, rule.reason) == (
        "[Стадия сделки] is lost and [Причина отказа] is not empty",
        "[Причина отказа]",
    )


def test_classes_of_the_statuses_are_shown(deals: Table) -> None:
    lines = config_of(deals).splitlines()
    assert [line.split() for line in lines if line.startswith("#   new ")] == [["#", "new", "Новая"]]
    assert [line.split(maxsplit=2)[2] for line in lines if line.startswith("#   lost ")] == ["Сделка провалена"]


def test_nothing_private(deals: Table) -> None:
    text = config_of(deals)
    for private in ("Котова", "Лисицын", "900 000", "a@example.com", "маме", "Раз Единственный", "Станок"):
        assert private not in text


def test_columns_that_look_private_say_nothing() -> None:
    rows = "".join(
        f"{number};{status};Город\r\n"
        for number, status in enumerate(["писать на a@example.com", "8 900 000-00-01", "x" * 80, "В работе"] * 2)
    )
    text = config_of(read(("ID;Статус;Город\r\n" + rows).encode()))
    assert "В работе" in text
    assert not re.search("a@example|900|xxx", text)


def test_same_export_same_text(deals: Table) -> None:
    assert config_of(deals) == config_of(read(DEALS.encode()))


def test_order_of_rows_changes_only_what_is_of_order(deals: Table) -> None:
    head, *rows = DEALS.splitlines()
    turned = read("\r\n".join([head, *reversed(rows), ""]).encode())
    assert sorted(config_of(turned).splitlines()) == sorted(config_of(deals).splitlines())


def test_people_are_merged_and_orders_are_not() -> None:
    people = describe_export(read("Фамилия;Имя;Телефон\r\nКотова;Анна;1\r\n".encode()), "people.csv")
    orders = describe_export(read(read_bytes(str(SAMPLES / "orders.csv"))), "orders.csv")
    assert people.steps[:4] == ("normalize", "dedup", "dead", "audit")
    assert orders.steps == ("normalize", "cadence", "audit")


def test_packs_for_which_the_file_has_the_columns(deals: Table) -> None:
    fits = {pack.name: pack for pack in describe_export(deals, "deals.csv").packs}
    # Stage, amount and tags are enough for those in trouble; an industry is for its own people to choose.
    assert fits["vip-in-trouble"].is_used
    assert not fits["real-estate"].is_used
    bare = {pack.name: pack for pack in describe_export(read("ФИО;Телефон\r\nА;1\r\n".encode()), "bare.csv").packs}
    assert not bare["vip-in-trouble"].is_used
    assert ("stage", "status") in bare["lost-clients"].missing


def test_orders_are_no_clients_to_sort() -> None:
    export = describe_export(read(read_bytes(str(SAMPLES / "orders.csv"))), "orders.csv")
    assert not any(pack.is_used for pack in export.packs)
    assert "\nuse = []\n" in write_config(export, ["orders.csv"], PLAIN, PURPOSES)


def test_how_the_user_asked_to_read_stays(tmp_path: Path) -> None:
    given = ReadSettings(encoding="cp1251", delimiter=";", map=(("phone", "Этаж"), ("phone", "Телефон")))
    table = read(DEALS.encode("cp1251"), settings=given)
    config = load(config_of(table, given), tmp_path)
    assert config["read"] == given


def test_headings_cannot_break_the_file(tmp_path: Path) -> None:
    table = read('"a\nb = 1";"[c]";"d""e";"\x85";Телефон\r\n1;2;3;4;+7 900 000-00-01\r\n'.encode())
    text = config_of(table)
    load(text, tmp_path)
    headings = [heading for role, heading in load(turn_on(text), tmp_path)["read"].map if role == "none"]
    assert headings == [column.header for column in table.columns if not column.role and column.header.strip()]


def test_stdin_has_no_name_for_the_nightly_run(deals: Table, tmp_path: Path) -> None:
    text = write_config(describe_export(deals, "stdin"), [], ReadSettings(), {})
    assert load(text, tmp_path)["run"].input == ()
    assert load(turn_on(text), tmp_path)["run"].input == ("exports/*.csv",)


def test_file_without_rows(tmp_path: Path) -> None:
    text = config_of(read("ID;Телефон;Статус\r\n".encode()))
    load(text, tmp_path)
    load(turn_on(text), tmp_path)
