"""Where each key of a TOML text stands, so that a mistake is shown with its line."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Final

Path = tuple[str | int, ...]
"""Keys from the top of the file on; of an array of tables, the 0-based number after its name."""

_KEY: Final = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_DOTTED: Final = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER: Final = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_DOTTED})[ \t]*\]\]?")
_SETTING: Final = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=")
_ONE_KEY: Final = re.compile(_KEY)
_PIECE: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' + r"'''.*?'{3,5}|" + r""""(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|[\[{]|[\]}]|\n|.""",
    re.DOTALL,
)


def line_numbers(text: str) -> Mapping[Path, int]:
    """Return the 1-based line of every table and key of a text that is TOML; keys within ``{…}`` are left out.

    >>> lines = line_numbers('[[segment]]\\nname = "VIP"\\n[[segment]]\\n"name" = "cold"\\n')
    >>> lines["segment", 1], lines["segment", 1, "name"]
    (3, 4)
    """
    lines: dict[Path, int] = {}
    lengths: dict[Path, int] = {}
    table: Path = ()
    for line, statement in _statements(text):
        if header := _HEADER.match(statement):
            *parents, last = _keys(header[2])
            table = (*_into(parents, lengths), last)
            if header[1] == "[[":
                lines.setdefault(table, line)
                lengths[table] = lengths.get(table, 0) + 1
                table = (*table, lengths[table] - 1)
            lines.setdefault(table, line)
        elif setting := _SETTING.match(statement):
            path = table
            for key in _keys(setting[1]):
                path = (*path, key)
                lines.setdefault(path, line)
    return lines


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of a path, or of what it is in, where it has none of its own; 1 for the file itself."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield every statement with its first line: what ends at a line end that is in no string and no bracket."""
    line, first, depth, start = 1, 1, 0, 0
    for piece in _PIECE.finditer(text):
        token = piece[0]
        depth += (token in "[{") - (token in "]}")
        line += token.count("\n")
        if token == "\n" and depth == 0:
            yield first, text[start : piece.start()]
            first, start = line, piece.end()
    yield first, text[start:]


def _keys(dotted: str) -> list[str]:
    return [next(iter(tomllib.loads(f"{key} = 0"))) for key in _ONE_KEY.findall(dotted)]


def _into(keys: list[str], lengths: Mapping[Path, int]) -> Path:
    """Return the path of a table by its keys: of an array, its last table is meant."""
    path: Path = ()
    for key in keys:
        path = (*path, key)
        if path in lengths:
            path = (*path, lengths[path] - 1)
    return path
