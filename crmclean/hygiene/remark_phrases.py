"""Phrases of people as patterns: the notation that ``statuses.toml``, ``remarks.toml`` and the config are written in.

A phrase is words in small letters with е for ё, and:

    ``stem*``     any ending (also none): ``закрыл*``
    ``a/b``       one of several words: ``номер*/телефон*``
    ``[a/b]``     a word that may be missing
    ``..``        up to three more words, none of which denies
    ``,``         a comma that may be missing; elsewhere no phrase reaches over one
    ``word.``     a word that may end with a point: ``тел.``
    ``$``         nothing but punctuation may follow in the clause
    ``=phrase``   the phrase is all that its clause says; ``==phrase`` all that its statement says
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_GAP: Final = r"[^\w.,!?;\n]+"
_TRACE_GAP: Final = "[^а-яёa-z]+"
_COMMA: Final = r"[^\w.!?;\n]*"
_DENIALS: Final = "не|ни|нет|без|якобы|никто"
_UP_TO_THREE_WORDS: Final = rf"(?:{_GAP}(?!(?:{_DENIALS})\b)\w+){{0,3}}?"
_SIGNS: Final = frozenset({"..", ",", "$"})
_LETTERS: Final = re.compile(r"[^\W_]")
_NOTHING: Final = re.compile(r"(?!)")


@dataclass(frozen=True)
class Phrase:
    """A phrase of the notation.

    Attributes:
        pattern: the regular expression, for text in small letters with е for ё.
        trace: the words of the phrase that tell most and stand side by side, as a regular expression of RE2: it is
            found in every text in small letters, with ё or е, that holds the phrase.
        alone_in: ``""``, ``clause`` or ``statement``: what the phrase must fill by itself.
    """

    pattern: str
    trace: str
    alone_in: str


def parse_phrase(text: str) -> Phrase:
    """Return the phrase that the notation says.

    Raises:
        ValueError: there is no word in it that must stand.

    >>> phrase = parse_phrase("==номер*/тел. [больше] не сущ*")
    >>> bool(re.search(phrase.pattern, "тел. не существует")), phrase.alone_in
    (True, 'statement')
    """
    bare = text.lower().replace("ё", "е").strip()
    alone_in = "statement" if bare.startswith("==") else "clause" if bare.startswith("=") else ""
    tokens = [token for token in bare.lstrip("=").split() if token in _SIGNS or _LETTERS.search(token)]
    return Phrase(_pattern_of(tokens), _trace_of(tokens, text), alone_in)


def join_patterns(phrases: Iterable[Phrase]) -> re.Pattern[str]:
    """Return one regular expression for all phrases; of none, one that never matches.

    >>> bool(join_patterns([parse_phrase("закрыл*"), parse_phrase("банкрот")]).search("мы банкрот"))
    True
    """
    # The first alternative that fits is taken: «тест удалить» must stand before «тест».
    patterns = sorted((phrase.pattern for phrase in phrases), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(patterns)})") if patterns else _NOTHING


def compile_phrases(texts: Iterable[str]) -> re.Pattern[str]:
    """Return one regular expression for phrases in the notation.

    >>> compile_phrases(["не [было] времени"]).search("нет, не было времени").group()
    'не было времени'
    """
    return join_patterns(map(parse_phrase, texts))


def _pattern_of(tokens: list[str]) -> str:
    built, needs_gap = "", False
    for token in tokens:
        if token == "..":
            built += _UP_TO_THREE_WORDS
        elif token == ",":
            built, needs_gap = built + _COMMA, False
        elif token == "$":
            built += r"(?=\s*(?:[^\w\s]|$))"
        elif token.startswith("["):
            words = _any_of(token.strip("[]"))
            built += rf"(?:{_GAP}{words})?" if needs_gap else rf"(?:{words}{_GAP})?"
        else:
            built += (_GAP if needs_gap else "") + _any_of(token)
            needs_gap = True
    return built


def _any_of(token: str) -> str:
    return rf"(?:{'|'.join(map(_pattern_of_word, _words_of(token)))})"


def _words_of(token: str) -> list[str]:
    return [word for word in token.split("/") if _LETTERS.search(word)]


def _pattern_of_word(word: str) -> str:
    point = r"\.?" if word.endswith(".") else ""
    core = word.rstrip(".")
    starts, ends = core[:1].isalnum(), core[-1:].isalnum() or core.endswith("*")
    escaped = re.escape(core).replace(r"\*", r"\w*").replace(r"\-", r"[^\w.,!?;\n]{0,3}")
    return (r"\b" if starts else "") + escaped + (r"\b" if ends else "") + point


def _trace_of(tokens: list[str], text: str) -> str:
    """Return the RE2 pattern of the run of words with the most letters in its shortest spelling."""
    runs: list[list[str]] = [[]]
    for token in tokens:
        if token in _SIGNS or token.startswith("["):
            runs.append([])
        else:
            runs[-1].append(token)
    best = max(runs, key=lambda run: sum(map(_fewest_letters, run)))
    if not any(map(_fewest_letters, best)):
        raise ValueError(text)
    return _TRACE_GAP.join(_trace_of_words(token) for token in best)


def _fewest_letters(token: str) -> int:
    return min(len(_LETTERS.findall(word)) for word in _words_of(token))


def _trace_of_words(token: str) -> str:
    return f"(?:{'|'.join(map(_trace_of_word, _words_of(token)))})"


def _trace_of_word(word: str) -> str:
    signs = {"е": "[её]", "*": r"\S*", "-": "[^а-яёa-z]{0,3}"}
    return "".join(signs.get(sign, sign if sign.isalnum() else ".?") for sign in word)
