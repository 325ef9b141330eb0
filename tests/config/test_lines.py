"""Where the keys of a TOML text stand."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.config.lines import line_numbers, line_of

TEXT = '''use = ["temperature"]

[segments]
take = "all"  # [[segment]] in a comment is none
[[segment]]
name = "VIP"
when = """
name = 'no key'
[[segment]]
"""
[[segment]]
"name" = 'cold'
skills = [
  "a", # when = "x"
]
when = "x = 1"

[[chain]]
name = "first"
[[chain.step]]
after = "1 hour"
[[chain.step]]
action = "call"
[[chain]]
[[chain.step]]
after = "0"
[read]
map.phone = "Тел."
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        pytest.param(("use",), 1, id="at the top"),
        pytest.param(("segments",), 3, id="table"),
        pytest.param(("segments", "take"), 4, id="key of a table"),
        pytest.param(("segment", 0), 5, id="first of an array"),
        pytest.param(("segment", 0, "name"), 6, id="key of the first"),
        pytest.param(("segment", 0, "when"), 7, id="text of several lines"),
        pytest.param(("segment", 1), 11, id="second of an array, after a header within a text"),
        pytest.param(("segment", 1, "name"), 12, id="key in quotes"),
        pytest.param(("segment", 1, "skills"), 13, id="list of several lines"),
        pytest.param(("segment", 1, "when"), 16, id="key after a list of several lines"),
        pytest.param(("chain", 0, "step", 1, "action"), 23, id="array in an array"),
        pytest.param(("chain", 1, "step", 0, "after"), 26, id="the count begins anew in the next table"),
        pytest.param(("read", "map", "phone"), 28, id="key with a dot"),
        pytest.param(("segment", 1, "why"), 11, id="a missing key: its table"),
        pytest.param(("nothing",), 1, id="nothing of it: the file"),
    ],
)
def test_line_of_a_path(path: tuple[str | int, ...], line: int) -> None:
    tomllib.loads(TEXT)
    assert line_of(line_numbers(TEXT), path) == line


def keys_of(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Return the paths of all tables and keys of a document."""
    found: set[tuple[str | int, ...]] = set()
    if isinstance(value, dict):
        for key, item in value.items():
            found |= {(*path, key)} | keys_of(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, dict):
                found |= {(*path, number)} | keys_of(item, (*path, number))
    return found


NAMES = st.sampled_from(["a", "b-c", "Имя", "x y", 'q"q', "[z]", "#n"])
VALUES = st.one_of(
    st.integers(), st.text(alphabet="ab='\"#[]{}\n\\", max_size=8), st.lists(st.text("a]#\n", max_size=3))
)


def written(text: str) -> str:
    """Return a text in quotes as TOML wants it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@given(st.lists(st.tuples(NAMES, st.dictionaries(NAMES, VALUES, max_size=3)), max_size=4))
def test_every_key_has_the_line_on_which_it_was_written(tables: list[tuple[str, dict[str, Any]]]) -> None:
    lines: list[str] = []
    expected: dict[tuple[str | int, ...], int] = {}
    counts: dict[str, int] = {}
    for name, content in tables:
        number = counts[name] = counts.get(name, -1) + 1
        lines.append(f"[[{written(name)}]]  # {name}")
        expected[name, number] = len(lines)
        for key, value in content.items():
            if isinstance(value, list):
                shown = "[\n" + "".join(f"  {written(item)}, # ]\n" for item in value) + "]"
            else:
                shown = written(value) if isinstance(value, str) else str(value)
            expected[name, number, key] = len(lines) + 1
            lines += f"{written(key)} = {shown}".split("\n")
    text = "\n".join(lines)
    numbers = line_numbers(text)
    assert {path: numbers[path] for path in expected} == expected
    assert keys_of(tomllib.loads(text)) <= set(numbers)
