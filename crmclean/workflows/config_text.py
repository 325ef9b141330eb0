"""Writing a config file that explains itself: every setting below a remark that says what it does.

A remark begins with ``# ``. A ``#`` without a space stands before a setting that is off: without it, the line holds.
"""

import json
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Final

from crmclean.core.i18n import _
from crmclean.core.steps import setting_field

WIDTH: Final = 110
"""So many signs a line has at most where it can be broken."""

_BARE: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_OFF: Final = "#"


class ConfigText:
    """The lines of a config file, in the order in which they are added."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def __str__(self) -> str:
        return "\n".join(self._lines) + "\n"

    def add_remark(self, text: str) -> None:
        """Add a sentence, broken into lines."""
        self._lines += _wrap(text, "# ", "# ")

    def add_list(self, rows: Sequence[tuple[str, str]]) -> None:
        """Add remarks of two columns, such as roles and their headings."""
        width = max((len(name) for name, _text in rows), default=0)
        for name, text in rows:
            self._lines += _wrap(text, f"#   {name:{width}}  ", "#   " + " " * (width + 2))

    def add_gap(self) -> None:
        """Add an empty line, never two."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def add_table(self, name: str, purpose: str = "", *, is_on: bool = True) -> None:
        """Begin a table: ``dead``, ``read.map``, or ``[segment]`` for one of a list."""
        self.add_gap()
        if purpose:
            self.add_remark(purpose)
        self._lines.append(("" if is_on else _OFF) + f"[{name}]")

    def add_setting(self, model: type[Any], name: str, value: Any, *, is_on: bool = False) -> None:
        """Add a setting below what its help says.

        Args:
            model: the settings that it belongs to.
            value: what stands in the file; whether it may, only loading the file tells.
        """
        self.add_remark(_(setting_field(model, name).metadata["help"]))
        self.add_key(name, value, is_on=is_on)

    def add_key(self, name: str, value: Any, *, is_on: bool = False) -> None:
        """Add a key and its value alone; a list that is too long for one line gets several."""
        mark = "" if is_on else _OFF
        line = f"{mark}{write_key(name)} = {write_value(value)}"
        if isinstance(value, list | tuple) and len(line) > WIDTH:
            packed = _pack([write_value(item) + "," for item in value])
            self._lines += [f"{mark}{write_key(name)} = [", *(mark + items for items in packed), f"{mark}]"]
        else:
            self._lines.append(line)


def write_key(name: str) -> str:
    """Return a key of TOML, in quotes where it needs them.

    >>> write_key("silent_days"), write_key("Теги")
    ('silent_days', '"Теги"')
    """
    return name if name and set(name) <= _BARE else write_value(name)


def write_value(value: Any) -> str:
    r"""Return a value as TOML writes it: text, numbers, truth, lists, and tables in one line.

    >>> print(write_value(("a", 'b"c')), write_value({"no-answer": ["НБТ"]}), write_value(True))
    ["a", "b\"c"] { no-answer = ["НБТ"] } true
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(_escape(sign) for sign in value) + '"'
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{write_key(name)} = {write_value(item)}" for name, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(write_value, value)) + "]"
    return repr(int(value) if isinstance(value, float) and value.is_integer() else value)


def _escape(sign: str) -> str:
    if sign in '"\\\t\n\r\f\b':
        return json.dumps(sign)[1:-1]
    if sign.isprintable():
        return sign
    code = ord(sign)
    if 0xD800 <= code <= 0xDFFF:
        # Half a sign, which no file can hold.
        return "\N{REPLACEMENT CHARACTER}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _wrap(text: str, first: str, others: str) -> list[str]:
    """Return a text that cannot end its remark early as lines: without line ends and control characters."""
    line = "".join(sign if sign.isprintable() else "?" for sign in " ".join(text.split()))
    return textwrap.wrap(
        line, WIDTH, initial_indent=first, subsequent_indent=others, break_long_words=False, break_on_hyphens=False
    )


def _pack(items: Sequence[str]) -> list[str]:
    """Return items as lines that are as long as they may be."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) + 1 < WIDTH:
            lines[-1] += " " + item
        else:
            lines.append(item)
    return lines
