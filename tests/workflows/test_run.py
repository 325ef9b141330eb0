"""Several steps over one table, and what comes of them together."""

from dataclasses import fields
from typing import get_args

import pandas as pd
import pytest

from crmclean.cli.run_files import RUN_FILES
from crmclean.config import default_config
from crmclean.core.errors import UsageError
from crmclean.core.hygiene_settings import DeadSettings
from crmclean.core.run_settings import StepName
from crmclean.core.settings import ReadSettings
from crmclean.core.step import Outcome
from crmclean.core.table import Table
from crmclean.files.reading import read_table
from crmclean.workflows.run import StepResult, join_outcomes, run_steps, table_name
from crmclean.workflows.run_steps import RUN_STEPS, Evidence

DAY = pd.Timestamp("2026-11-22")
CONTACTS = (
    "ID;Фамилия;Имя;Отчество;Телефон;E-mail;Последняя активность\n"
    "1;Котова;Анна;Сергеевна;8 (900) 123-45-67;a.kotova@example.com;20.11.2026\n"
    "2;Котова;Анна;Сергеевна;+7 900 123-45-67;A.KOTOVA@example.com;19.11.2026\n"
    "3;Лисицын;Олег;Павлович;8 900 765 43 21;;01.02.2020\n"
)


def contacts() -> Table:
    """Two rows of one client, and one who has been silent for years."""
    return read_table(CONTACTS.encode(), "contacts.csv", ReadSettings()).table


def test_every_step_that_a_config_may_name_is_known() -> None:
    assert set(RUN_STEPS) == set(get_args(StepName)) == set(RUN_FILES)


def test_every_step_has_its_settings_in_the_config() -> None:
    kinds = [type(settings) for settings in default_config().values()]
    for name, step in RUN_STEPS.items():
        assert kinds.count(step.settings) == 1, name


def test_each_step_gets_the_table_of_the_one_before_it() -> None:
    results = run_steps(contacts(), ["normalize", "dedup", "dead"], default_config(), DAY, Evidence())
    assert [result.name for result in results] == ["normalize", "dedup", "dead"]
    assert results[1].before is results[0].outcome.table
    assert results[2].before is results[1].outcome.table
    assert results[0].outcome.table.frame["Телефон"].tolist() == ["+79001234567", "+79001234567", "+79007654321"]
    assert results[2].outcome.table.frame["crmclean_dead"].tolist() == ["0", "1"]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [pytest.param("", "2026-11-22", id="none"), pytest.param("2020-03-01", "2020-03-01", id="own")],
)
def test_the_day_of_the_run_is_that_of_every_step_that_names_none(as_of: str, expected: str) -> None:
    config = default_config() | {"dead": DeadSettings(as_of=as_of)}
    (result,) = run_steps(contacts(), ["dead"], config, DAY, Evidence())
    assert result.settings.as_of == expected


def test_a_step_that_cannot_work_is_named() -> None:
    with pytest.raises(UsageError) as caught:
        run_steps(contacts(), ["normalize", "cadence"], default_config(), DAY, Evidence())
    assert caught.value.message.startswith("cadence: ")


def result(name: str, figures: dict[str, float], tables: tuple[str, ...] = ()) -> StepResult:
    """Return what a step might have made."""
    frames = {table: pd.DataFrame({"step": [name]}) for table in tables}
    return StepResult(name, None, contacts(), Outcome(contacts(), tables=frames, figures=figures))


def test_the_figures_of_the_merge_count_before_those_of_others() -> None:
    joined = join_outcomes(
        contacts(),
        [
            result("normalize", {"rows_in": 9, "rows_out": 9, "doubtful": 5, "merged": 0}),
            result("dedup", {"rows_in": 9, "rows_out": 7, "doubtful": 1, "merged": 2}),
            result("audit", {"rows_in": 7, "rows_out": 7, "quality": 80, "merged": 0}),
        ],
    )
    assert joined.figures == {
        "rows_in": 3,
        "rows_out": 3,
        "doubtful": 1,
        "merged": 2,
        "quality": 80,
        "normalize_doubtful": 5,
        "audit_merged": 0,
    }


def test_two_tables_of_one_name_stay_two() -> None:
    joined = join_outcomes(
        contacts(),
        [result("dedup", {}, ("clusters",)), result("dead", {}, ("tags",)), result("segment", {}, ("tags",))],
    )
    assert {name: frame["step"].tolist() for name, frame in joined.tables.items()} == {
        "clusters": ["dedup"],
        "dead_tags": ["dead"],
        "segment_tags": ["segment"],
    }


def test_the_sections_of_the_report_find_their_tables() -> None:
    table = contacts()
    results = run_steps(table, ["dead", "audit"], default_config(), DAY, Evidence())
    joined = join_outcomes(table, results)
    assert {section.step for section in joined.sections} == {"dead", "audit"}
    assert {section.table for section in joined.sections} <= set(joined.tables)
    assert table_name("dead", "rules") in joined.tables


def test_no_step_gives_back_the_table() -> None:
    table = contacts()
    joined = join_outcomes(table, [])
    assert joined.table is table
    assert joined.figures == {"rows_in": 3, "rows_out": 3}
    assert joined.findings.empty


def test_settings_with_a_day_are_those_of_the_jobs_that_look_at_dates() -> None:
    dated = {name for name, step in RUN_STEPS.items() if "as_of" in {item.name for item in fields(step.settings)}}
    assert dated == {"dead", "deals", "cadence", "funnel", "audit", "segment", "archive"}
