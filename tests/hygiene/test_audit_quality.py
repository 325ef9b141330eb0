"""The parts of the quality score on small bases made by hand, the control sample, and what always holds."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.core.hygiene_settings import AuditSettings
from crmclean.core.settings import ReadSettings
from crmclean.core.table import ROLES, Column, Origin, Table
from crmclean.files.reading import read_bytes, read_table
from crmclean.hygiene.audit import audit
from crmclean.hygiene.quality import WEIGHTS
from crmclean.workflows.inspect import inspect
from tests.hygiene.test_audit import AS_OF, read_lines

HEAD = ["ID", "Имя", "Фамилия", "Телефон", "E-mail", "Источник", "Ответственный", "Дата создания", "Дата изменения"]
WHOLE = ["1", "Анна", "Котова", "+79161234567", "a@example.ru", "Звонок", "Макетов", "01.09.2026", "01.11.2026"]


def figures_of(*changes: dict[str, str], settings: AuditSettings | None = None) -> dict[str, float]:
    """Return the figures of a base of faultless and different clients with these changes."""
    rows = [HEAD]
    for number, cells in enumerate(changes, start=1):
        own = {"ID": str(number), "Телефон": f"+791612345{number:02}", "E-mail": f"a{number}@example.ru"}
        rows.append([{**dict(zip(HEAD, WHOLE, strict=True)), **own, **cells}[name] for name in HEAD])
    return dict(audit(read_lines(rows), settings or AuditSettings(as_of=AS_OF)).figures)


def test_a_faultless_base_has_full_marks() -> None:
    found = figures_of({}, {}, {})
    assert {name: found[name] for name in (*WEIGHTS, "quality")} == {**dict.fromkeys(WEIGHTS, 1.0), "quality": 100.0}


def test_completeness_is_the_share_of_required_fields() -> None:
    # Two records with five required fields each: three of the ten are empty.
    found = figures_of({"Источник": "", "Ответственный": "-"}, {"E-mail": ""})
    assert found["completeness"] == pytest.approx(7 / 10)
    assert found["gaps"] == 2


def test_validity_is_the_share_of_filled_cells_without_doubt() -> None:
    # Phone, mail and two dates of each of two records, one mail empty: seven cells, of which two are in doubt.
    found = figures_of({"Телефон": "8 916 123"}, {"E-mail": "", "Дата создания": "31.02.2026"})
    assert found["validity"] == pytest.approx(5 / 7)


def test_uniqueness_is_the_share_of_records_that_no_other_repeats() -> None:
    phone = {"Телефон": "+79161230000"}
    again = {"Телефон": "8 916 123-00-00", "Имя": "Аня"}
    family = {"Телефон": "+79161230000", "Имя": "Пётр", "Фамилия": "Котов"}
    found = figures_of(phone, again, family, {})
    assert found["uniqueness"] == pytest.approx(2 / 4)


def test_records_without_phone_and_mail_are_no_evidence_of_uniqueness() -> None:
    nothing = {"Телефон": "", "E-mail": ""}
    assert figures_of({}, nothing)["uniqueness"] == 1
    assert "uniqueness" not in figures_of(nothing, nothing)


def test_consistency_is_the_share_of_records_without_contradiction() -> None:
    found = figures_of({"Дата изменения": "01.08.2026"}, {}, {}, {})
    assert found["consistency"] == pytest.approx(3 / 4)


@pytest.mark.parametrize(
    ("changed", "fresh"),
    [
        pytest.param("22.11.2026", 1.0, id="today"),
        pytest.param("12.11.2026", 1.0, id="on the last day"),
        pytest.param("02.11.2026", 0.5, id="twice as long ago"),
        pytest.param("23.10.2026", 0.25, id="three times as long ago"),
    ],
)
def test_freshness_halves_with_each_further_time(changed: str, fresh: float) -> None:
    found = figures_of({"Дата изменения": changed}, settings=AuditSettings(as_of=AS_OF, fresh_days=10))
    assert found["freshness"] == pytest.approx(fresh)


def test_freshness_asks_only_of_active_records() -> None:
    head = ["Имя", "Телефон", "Статус", "Дата изменения"]
    rows = [["Анна", "+79161234501", "В работе", "20.11.2026"], ["Олег", "+79161234502", "Отказ", "01.01.2020"]]
    assert audit(read_lines([head, *rows]), AuditSettings(as_of=AS_OF)).figures["freshness"] == 1


def test_last_activity_goes_before_the_date_of_change() -> None:
    head = ["Имя", "Телефон", "Дата изменения", "Последняя активность"]
    row = ["Анна", "+79161234501", "20.11.2026", "01.01.2020"]
    outcome = audit(read_lines([head, row]), AuditSettings(as_of=AS_OF))
    assert outcome.table.frame["crmclean_audit"].iloc[0].split()[-1] == "stale"
    parts = outcome.tables["quality"].set_index("part")
    assert parts.loc["freshness", "basis"] == "Last activity, else Modified"


def test_the_score_weighs_the_parts() -> None:
    found = figures_of({"Источник": "", "Ответственный": ""}, {"Дата изменения": "01.08.2026"})
    expected = (30 * 8 / 10 + 25 * 1 + 20 * 1 + 10 * 1 / 2 + 15 * 1) / 100
    assert found["quality"] == pytest.approx(100 * expected, abs=0.05)


def test_a_part_that_cannot_be_measured_leaves_its_weight_to_the_others() -> None:
    outcome = audit(
        read_lines([["Название сделки", "Контакт", "Сумма"], ["Стеллажи", "Анна Котова", ""]]),
        AuditSettings(as_of=AS_OF),
    )
    assert {"uniqueness", "consistency", "freshness", "validity"}.isdisjoint(outcome.figures)
    assert outcome.figures["quality"] == 50
    parts = outcome.tables["quality"].set_index("part")
    assert parts["share"].isna().to_dict() == {name: name != "completeness" for name in WEIGHTS}


def test_a_record_has_the_score_of_its_own_parts() -> None:
    rows = [HEAD, WHOLE, ["2", "Олег", "Лисицын", "", "", "", "", "01.09.2026", "01.11.2026"]]
    found = audit(read_lines(rows), AuditSettings(as_of=AS_OF)).table.frame["crmclean_quality"].tolist()
    # Of the second: one of five fields, both dates, no key to compare by, no contradiction, fresh: 56 of 80.
    assert found == ["100", "70"]


@pytest.mark.parametrize(
    "name", ["bitrix24_contacts.csv", "amocrm_contacts.csv", "bitrix24_deals.csv", "amocrm_leads.csv"]
)
def test_validity_is_that_of_inspect(name: str) -> None:
    table = read_table(read_bytes(f"samples/{name}"), name, ReadSettings()).table
    assert audit(table, AuditSettings()).figures["validity"] == pytest.approx(inspect(table).figures["validity"])


def deals(stages: dict[str, int], prefix: str = "") -> Table:
    """Return so many deals of every stage."""
    rows = [["ID", "Название сделки", "Контакт", "Стадия сделки", "Воронка"]]
    for stage, number in stages.items():
        rows += [[f"{prefix}{stage}-{place}", "Сделка", "Анна Котова", stage, "Продажи"] for place in range(number)]
    return read_lines(rows)


def drawn(table: Table, sample: int = 5, seed: int = 0) -> list[str]:
    """Return the IDs of the control sample."""
    outcome = audit(table, AuditSettings(as_of=AS_OF, sample=sample, seed=seed))
    ids: list[str] = outcome.tables["sample"]["id"].tolist()
    return ids


def test_the_sample_has_so_many_records_of_every_stage_the_largest_first() -> None:
    sample = audit(deals({"Новая": 3, "В работе": 40, "": 2}), AuditSettings(as_of=AS_OF, sample=4)).tables["sample"]
    assert sample["stage"].tolist() == [*["В работе"] * 4, *["Новая"] * 3, *[""] * 2]


def test_of_several_pipelines_each_has_its_own_stages() -> None:
    table = deals({"Новая": 3})
    other = table.with_frame(table.frame.assign(Воронка="Сервис"))
    both = table.with_frame(pd.concat([table.frame, other.frame.head(2)], ignore_index=True))
    sample = audit(both, AuditSettings(as_of=AS_OF)).tables["sample"]
    assert sample["stage"].tolist() == [*["Продажи / Новая"] * 3, *["Сервис / Новая"] * 2]


def test_the_sample_is_the_same_every_time_and_whatever_the_order_of_the_rows() -> None:
    table = deals({"Новая": 30, "В работе": 40})
    turned = table.with_frame(table.frame.iloc[::-1])
    assert drawn(table) == drawn(table) == drawn(turned)


def test_another_seed_draws_another_sample() -> None:
    table = deals({"В работе": 200})
    assert drawn(table, seed=1) != drawn(table, seed=2)


def test_records_that_come_hardly_change_the_sample() -> None:
    before = set(drawn(deals({"В работе": 200}), sample=20))
    table = deals({"В работе": 200})
    more = table.with_frame(pd.concat([table.frame, deals({"В работе": 20}, "new ").frame], ignore_index=True))
    # A new record takes the place of an old one, or none: so many at most differ.
    after = set(drawn(more, sample=20))
    assert len(before - after) == len({name for name in after if name.startswith("new ")})
    assert len(before & after) >= 14


def test_a_file_without_ids_has_a_sample_all_the_same() -> None:
    rows = [["Контакт", "Телефон", "Статус"], *[[f"Анна {n}", f"+791612345{n:02}", "В работе"] for n in range(30)]]
    table = read_lines(rows)
    first = audit(table, AuditSettings(as_of=AS_OF)).tables["sample"]
    turned = audit(table.with_frame(table.frame.iloc[::-1]), AuditSettings(as_of=AS_OF)).tables["sample"]
    assert len(first) == 5
    assert first["client"].tolist() == turned["client"].tolist()


def test_the_sample_says_how_many_records_the_client_has() -> None:
    head = ["ID", "Название сделки", "Компания", "ИНН", "Телефон", "Стадия сделки"]
    rows = [
        ["1", "А", "ООО «Луг»", "7707083893", "+79161234501", "Новая"],
        ["2", "Б", "Луг", "7707 083893", "+79161234502", "Новая"],
        ["3", "В", "", "", "8 916 123-45-03", "Новая"],
        ["4", "Г", "", "", "+79161234503", "Новая"],
        ["5", "Д", "ООО «Мак»", "", "", "Новая"],
        ["6", "Е", "", "", "", "Новая"],
    ]
    sample = audit(read_lines([head, *rows]), AuditSettings(as_of=AS_OF, sample=9)).tables["sample"].set_index("id")
    assert sample["same_client"].to_dict() == {"1": 2, "2": 2, "3": 2, "4": 2, "5": 1, "6": 0}


TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "", "  ", "нет", "Анна", "ООО «Луг»", "ИП Котов", "+79161234567", "8 (916) 123-45-67, 344-67-18", "7,9E+10",
            "a@example.ru", "a@", "7707083893", "500100732259/1", "01.02.2026", "2026-13-45", "45000", "Отказ: дорого",
            "0,00", "VIP, вип", "ж", "Петровна", "\n", "\x00", "=1+1",
        ]
    ),
)  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Return a table of any columns and cells."""
    roles = draw(st.lists(st.sampled_from(["", *ROLES]), max_size=9))
    rows = draw(st.integers(0, 6))
    columns = tuple(
        Column(f"c{place}", draw(st.sampled_from(["Колонка", "Теги"])), role) for place, role in enumerate(roles)
    )
    cells = {column.name: draw(st.lists(TEXTS, min_size=rows, max_size=rows)) for column in columns}
    frame = pd.DataFrame(cells, index=range(rows), dtype="str")
    entity = draw(st.sampled_from(["", "contact", "company", "mixed", "lead", "deal", "order"]))
    return Table(frame, columns, Origin(entity=entity))


@given(tables(), st.booleans())
@settings(max_examples=120, deadline=None)
def test_no_input_makes_it_raise_or_lose_a_row(table: Table, has_list: bool) -> None:
    chosen = AuditSettings(as_of=AS_OF, vocabulary=(("Теги", "VIP"),) if has_list else ())
    outcome = audit(table, chosen)
    names = list(table.frame.columns)
    assert outcome.table.frame[names].equals(table.frame)
    assert outcome.figures["rows_in"] == outcome.figures["rows_out"] == len(table)
    for name in ("quality", *WEIGHTS):
        assert 0 <= outcome.figures.get(name, 0) <= (100 if name == "quality" else 1)
    scores = outcome.table.frame["crmclean_quality"]
    assert scores.map(lambda text: text == "" or 0 <= int(text) <= 100).all()
    known = set(outcome.tables["rules"]["rule"])
    assert {code for codes in outcome.table.frame["crmclean_audit"] for code in codes.split()} <= known
    assert len(outcome.tables["sample"]) <= len(table)
