"""Every rule that the pages show is understood, in both languages."""

import re
from pathlib import Path

import pytest

from crmclean.segmenting.rule_syntax import parse_rule

DOCS = Path(__file__).parents[2] / "docs"
SHOWN = re.compile(r"^\| `([^`]+)` \| (?!`)|\| `([^`]+)` \|$", re.MULTILINE)


def list_shown_rules(language: str) -> list[str]:
    page = (DOCS / language / "rules.md").read_text("utf-8")
    text = re.sub(r"(?ms)^## (?:The same in Russian|Слова по-русски и по-английски)$.*?(?=^## )", "", page)
    return [one or other for one, other in SHOWN.findall(text)]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_rules_of_the_page_are_understood(language: str) -> None:
    rules = list_shown_rules(language)
    assert len(rules) > 50
    assert [text for text in rules if not parse_rule(text).text] == []
