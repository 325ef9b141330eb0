"""Showing the place of a mistake in a rule."""

import unicodedata
from typing import Final

from crmclean.segmenting.rule_tree import RuleProblem

_MOST_SHOWN: Final = 100
_AROUND: Final = 40


def mark_problem(rule_text: str, problem: RuleProblem) -> str:
    r"""Return the line of the rule in which the problem begins, and a line of ``^`` below its place.

    A long line is cut around the place; what cannot be printed is shown as ``·``.

    >>> print(mark_problem("amount > 5 adn city = 'x'", RuleProblem(11, 14, "")))
    amount > 5 adn city = 'x'
               ^^^
    """
    start = min(problem.start, len(rule_text))
    line_start = max(rule_text.rfind("\n", 0, start), rule_text.rfind("\r", 0, start)) + 1
    ends = [end for end in (rule_text.find(sign, start) for sign in "\r\n") if end >= 0]
    line_end = min(ends, default=len(rule_text))
    marked_end = min(max(problem.end, start + 1), max(line_end, start + 1))
    before, behind = "", ""
    if line_end - line_start > _MOST_SHOWN:
        cut_start, cut_end = max(line_start, start - _AROUND), min(line_end, start + _MOST_SHOWN - _AROUND)
        before = "…" if cut_start > line_start else ""
        behind = "…" if cut_end < line_end else ""
        line_start, line_end, marked_end = cut_start, cut_end, min(marked_end, max(cut_end, start + 1))
    shown = before + _show(rule_text[line_start:line_end]) + behind
    indent = len(before) + _width(rule_text[line_start:start])
    marks = max(_width(rule_text[start:marked_end]), 1)
    return f"{shown}\n{' ' * indent}{'^' * marks}"


def _show(text: str) -> str:
    return "".join(" " if letter == "\t" else letter if letter.isprintable() else "·" for letter in text)


def _width(text: str) -> int:
    """Return how many places of a terminal the text takes as it is shown."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.combining(letter) > 0 for letter in text)
