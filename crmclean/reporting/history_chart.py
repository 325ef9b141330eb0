"""A small bar chart of text: block characters, or # where the terminal has none."""

from collections.abc import Sequence
from typing import Final

HEIGHT: Final = 4

_BLOCKS: Final = " ▁▂▃▄▅▆▇█"
_WIDEST_BAR: Final = 3
_LEAST_SPAN: Final = 0.02
"""The chart spans at least this share of the greatest value: a change that is next to nothing looks like it."""

_PARTS: Final = 8
"""Each line of the chart shows this many steps."""


def draw_chart(values: Sequence[float], width: int, blocks: bool, height: int = HEIGHT) -> list[str]:
    """Return the lines of a chart, the highest first: a bar per value, the least value a thin one.

    Args:
        values: in their order; where there is no room for all, the last ones are shown.
        width: characters that a line may have, at least 1.
        blocks: whether block characters can be shown.
        height: lines.

    >>> draw_chart([1, 5, 3], 12, blocks=True, height=2)
    ['   ██ ▁▁', '▁▁ ██ ██']
    """
    shown = list(values)[-width:]
    if not shown:
        return [""] * height
    bar = max(1, min(_WIDEST_BAR, width // len(shown)) - 1)
    gap = "" if width // len(shown) == 1 else " "
    steps = _steps(shown, height * _PARTS)
    lines = []
    for line in reversed(range(height)):
        filled = [min(max(step - line * _PARTS, 0), _PARTS) for step in steps]
        lines.append(gap.join(_sign(part, blocks) * bar for part in filled))
    return lines


def can_show_blocks(encoding: str) -> bool:
    """Return whether a terminal of this encoding has the block characters.

    >>> can_show_blocks("utf-8"), can_show_blocks("cp866"), can_show_blocks("ascii")
    (True, False, False)
    """
    try:
        _BLOCKS.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _steps(values: Sequence[float], most: int) -> list[int]:
    """Return how high each bar is, from 1 to ``most``; equal values stand half as high."""
    least, greatest = min(values), max(values)
    if least == greatest:
        return [most // 2] * len(values)
    span = max(greatest - least, _LEAST_SPAN * max(abs(least), abs(greatest)))
    return [1 + round((value - least) / span * (most - 1)) for value in values]


def _sign(part: int, blocks: bool) -> str:
    if blocks:
        return _BLOCKS[part]
    return "#" if part * 2 >= _PARTS else "." if part else " "
