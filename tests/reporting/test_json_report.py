"""The JSON object: its keys, its types, and what must not be in it."""

import json
from dataclasses import replace

import pytest

from crmclean.reporting.json_report import render_json, summary_object
from crmclean.reporting.summary import RunSummary


def test_object_of_a_merge(dedup_summary: RunSummary) -> None:
    result = json.loads(render_json(dedup_summary))
    expected = {
        "run": "12",
        "command": "dedup",
        "rows_in": 7,
        "rows_out": 5,
        "merged": 2,
        "doubtful": 1,
        "seconds": 3.21,
        "outputs": {"data": "data/contacts.clean.csv", "review": "data/contacts.review.xlsx"},
        "findings": {"shared-phone": 2},
        "undo": "crmclean undo 12",
    }
    assert {key: result[key] for key in expected} == expected
    first_name = {"header": "Имя", "role": "first_name", "kind": "", "recognised_by": "heading", "confidence": 1}
    assert first_name in result["columns"]


@pytest.mark.parametrize("name", ["dedup_summary", "normalize_summary", "inspect_summary"])
def test_object_is_one_line_without_cells_of_the_base(name: str, request: pytest.FixtureRequest) -> None:
    text = render_json(request.getfixturevalue(name))
    assert "\n" not in text
    for cell in ("Ромашкин", "Незабудкина", "example.com", "example.ru", "0001122", "11-22"):
        assert cell not in text


def test_inspect_adds_origin_and_measures(inspect_summary: RunSummary) -> None:
    result = summary_object(inspect_summary)
    assert isinstance(result["origin"], dict)
    assert result["origin"]["system"] == "bitrix24"
    assert result["origin"]["dialect"]["delimiter"] == ";"
    assert isinstance(result["columns"], list)
    phone = result["columns"][3]
    assert phone["valid"] == 1
    assert phone["filled"] == 0.714286
    assert result["columns"][0]["valid"] is None
    assert result["skipped"] == [{"line": 9, "text": "Итого: 7"}]


def test_path_that_is_no_utf8_is_still_valid_json(dedup_summary: RunSummary) -> None:
    text = render_json(replace(dedup_summary, source="\udcea\udceb.csv"))
    text.encode("utf-8")
    assert json.loads(text)["source"] == "\udcea\udceb.csv"
