"""The text of a rule as tokens: words, numbers, texts, headings and signs, each knowing its place."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from crmclean.core.i18n import _
from crmclean.segmenting.rule_tree import RuleProblem
from crmclean.segmenting.rule_words import FACTORS, IN, QUANTITIES, RESERVED, SIGNS, WRONG_SIGNS, ask_if_meant

Kind = Literal["word", "number", "percent", "text", "heading", "sign", "end"]

MOST_DIGITS: Final = 30

_QUOTES: Final = {"'": "'", '"': '"', "«": "»", "“": "”", "„": "“", "‘": "’", "`": "`"}
_WORD: Final = re.compile(r"[^\W\d][\w№]*(?:-[^\W\d][\w№]*)*|№[\w№]*")
_DATE: Final = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4})(?![\w.])")
_WHOLE: Final = re.compile(r"[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?![0-9])|[0-9][0-9_]*")
_FRACTION: Final = re.compile(r"\.[0-9]+")
_FRACTION_AFTER_COMMA: Final = re.compile(r"[.,][0-9]+")
_MORE_OF_NUMBER: Final = re.compile(r"(?:[.,]?[0-9]+)*")
_FACTOR: Final = re.compile(r"[ \u00a0]?([^\W\d_]+)(?![\w])\.?")
_PERCENT: Final = re.compile(r"[ \u00a0]?%")
_SIGN: Final = re.compile(r"<>|><|[=<>!:]=+|=[<>!]|&&|\|\||[-+*/(),=<>≤≥≠−]|[!&|–—×÷^]")
# What turns the text around, or cannot be seen, must not stand in a rule unnoticed.
_TURNS_TEXT: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@dataclass(frozen=True, slots=True)
class Token:
    """One token: ``value`` is the word, the digits, what stands between the quotes or brackets, or the sign."""

    kind: Kind
    value: str
    start: int
    end: int


def split_tokens(text: str) -> tuple[list[Token], list[RuleProblem]]:
    """Return the tokens of a rule, the last one ``end``, and what is wrong with them.

    A sign that was probably meant stands among the tokens, so that the rest of the rule is looked at too.
    """
    reader = _Reader(text)
    reader.read()
    return reader.tokens, reader.problems


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        # Of every bracket that is open, whether it holds a list: there a comma parts values.
        self._lists: list[bool] = []
        self.tokens: list[Token] = []
        self.problems: list[RuleProblem] = []

    def read(self) -> None:
        while self._place < len(self._text):
            self._read_one(self._text[self._place])
        self.tokens.append(Token("end", "", len(self._text), len(self._text)))

    def _read_one(self, letter: str) -> None:
        if letter.isspace():
            self._place += 1
        elif letter in _QUOTES:
            self._read_quoted(_QUOTES[letter])
        elif letter == "[":
            self._read_heading()
        elif letter in "0123456789":
            self._read_number()
        elif word := _WORD.match(self._text, self._place):
            self._add("word", word.group(), word.end())
        elif sign := _SIGN.match(self._text, self._place):
            self._read_sign(sign.group())
        else:
            self._refuse_letter(letter)

    def _add(self, kind: Kind, value: str, end: int) -> None:
        self.tokens.append(Token(kind, value, self._place, end))
        self._place = end

    def _report(self, end: int, text: str, start: int | None = None) -> None:
        self.problems.append(RuleProblem(self._place if start is None else start, end, text))

    def _read_quoted(self, closing: str) -> None:
        """Read a text; a closing quote written twice stands for one."""
        place, pieces = self._place + 1, []
        while True:
            end = self._text.find(closing, place)
            if end < 0:
                self._report(self._place + 1, _("This quote is never closed."))
                self._add("text", self._text[self._place + 1 :], len(self._text))
                return
            pieces.append(self._text[place:end])
            place = end + 1
            if closing not in "'\"" or self._text[place : place + 1] != closing:
                break
            pieces.append(closing)
            place += 1
        self._check_letters(self._place, place)
        self._add("text", "".join(pieces), place)

    def _read_heading(self) -> None:
        """Read a heading; ``]]`` stands for one bracket in it."""
        place, pieces = self._place + 1, []
        while True:
            end = self._text.find("]", place)
            if end < 0:
                self._report(self._place + 1, _("This square bracket is never closed."))
                self._add("heading", self._text[self._place + 1 :], len(self._text))
                return
            pieces.append(self._text[place:end])
            place = end + 1
            if self._text[place : place + 1] != "]":
                break
            pieces.append("]")
            place += 1
        self._check_letters(self._place, place)
        self._add("heading", "".join(pieces), place)

    def _read_number(self) -> None:
        if date := _DATE.match(self._text, self._place):
            self._add("text", date.group(), date.end())
            return
        whole = _WHOLE.match(self._text, self._place)
        digits, end = ("", self._place) if whole is None else (re.sub(r"[^0-9]", "", whole.group()), whole.end())
        in_list = bool(self._lists) and self._lists[-1]
        fraction = (_FRACTION if in_list else _FRACTION_AFTER_COMMA).match(self._text, end)
        written_end = end
        if fraction:
            digits, written_end = f"{digits}.{fraction.group()[1:]}", fraction.end()
            more = _MORE_OF_NUMBER.match(self._text, written_end)
            if not in_list and more and more.end() > written_end:
                self._refuse_number(more.end(), _("“{number}” is no number. A number is written 1234567.89."))
                return
            if fraction.group()[0] == "," and len(fraction.group()) == len(",123"):
                self._refuse_number(written_end, _("“{number}” can mean two numbers. Write 1234 or 1.234."))
                return
        self._finish_number(digits, written_end)

    def _finish_number(self, digits: str, end: int) -> None:
        factor = _FACTOR.match(self._text, end)
        if factor and factor.group(1).lower() in FACTORS:
            digits, end = _multiply(digits, FACTORS[factor.group(1).lower()]), factor.end()
        elif end < len(self._text) and (self._text[end].isalpha() or self._text[end] == "№"):
            word = re.compile(r"[\w№]*").match(self._text, end)
            end = word.end() if word else end
            self._refuse_number(
                end, _("“{number}” is no number. A text stands in quotes, a heading in square brackets.")
            )
            return
        if len(digits) > MOST_DIGITS:
            self._refuse_number(end, _("This number is too long."))
            return
        if percent := _PERCENT.match(self._text, end):
            self._add("percent", digits, percent.end())
        else:
            self._add("number", digits, end)

    def _refuse_number(self, end: int, text: str) -> None:
        self._report(end, text.format(number=self._text[self._place : end]))
        self._add("number", "0", end)

    def _read_sign(self, written: str) -> None:
        end = self._place + len(written)
        meant = "-" if written == "−" else written
        if written not in SIGNS and meant not in "-+*/(),":
            meant = WRONG_SIGNS.get(written, "=")
            message = _("“{sign}” has no meaning in a rule.").format(sign=written) + ask_if_meant(meant)
            self._report(end, message)
        if meant == "(":
            self._lists.append(self._opens_list())
        elif meant == ")" and self._lists:
            self._lists.pop()
        self._add("word" if meant.isalpha() else "sign", meant, end)

    def _opens_list(self) -> bool:
        """Tell whether a bracket that begins here holds values: of a function, of ``in`` or ``any``."""
        last = self.tokens[-1] if self.tokens else None
        if last is None or last.kind != "word":
            return False
        word = last.value.lower()
        return word in IN or word in QUANTITIES or word not in RESERVED

    def _refuse_letter(self, letter: str) -> None:
        if _is_unseen(letter):
            self._report(self._place + 1, _say_unseen(letter))
        else:
            message = _("“{sign}” has no meaning in a rule. A heading with such a sign stands in square brackets.")
            self._report(self._place + 1, message.format(sign=letter))
        self._place += 1

    def _check_letters(self, start: int, end: int) -> None:
        for place in range(start, end):
            letter = self._text[place]
            if letter in _TURNS_TEXT or (unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\t\n\r"):
                self._report(place + 1, _say_unseen(letter), place)


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")


def _say_unseen(letter: str) -> str:
    return _("A sign that cannot be seen stands here (U+{code}). Delete it.").format(code=f"{ord(letter):04X}")


def _multiply(digits: str, factor: int) -> str:
    product = f"{Decimal(digits) * factor:f}" if len(digits) <= MOST_DIGITS else digits
    return product.rstrip("0").rstrip(".") if "." in product else product
