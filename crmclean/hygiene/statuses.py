"""Statuses and stages of leads, deals and orders, whatever the system and the manager call them, as one of few classes.

The vocabulary is ``data/statuses.toml``. What it does not know has the class ``""``: a status is never guessed.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.fields.text import distinct_texts, fold, take_texts
from crmclean.hygiene.remark_phrases import compile_phrases
from crmclean.hygiene.status_attempts import cut_numbering, read_attempts

CLASSES: Final = (
    "new", "no-answer", "postponed", "in-work", "has-tasks", "agreeing", "payment", "won", "lost", "refused", "gone",
    "junk", "duplicate", "archived",
)  # fmt: skip
OPEN: Final = frozenset(
    {"new", "no-answer", "postponed", "in-work", "has-tasks", "agreeing", "payment", "gone"}
)  # «пропал» is still somebody's to close
WON: Final = frozenset({"won"})
LOST: Final = frozenset({"lost", "refused", "junk", "duplicate", "archived"})
FAILED_TO_REACH: Final = frozenset({"no-answer", "gone"})

# A status that ends the deal is the status, whatever reason stands behind the colon: «Отказ: недозвон».
_ENDS: Final = WON | LOST
_PREFIX_OF_PIPELINE: Final = re.compile(r"^(?:c[0-9]+|dt[0-9]+_[0-9]+|d[0-9]*):")
_PATH: Final = re.compile(r"\s*(?:(?<![0-9])/|/(?![0-9])|[>→|\\])\s*")
_COLON: Final = re.compile(r"\s*:\s*(?![0-9])")
_WORDS: Final = re.compile(r"[^\W_]+")
_WORDS_OF_NOTATION: Final = re.compile(r"[^\W_]+\*?|\.\.")
_DENIED: Final = re.compile(r"\b(?:не|без|нет|ни|not|no)(?: (?:был|была|было|были|еще|is|yet))? $")


@dataclass(frozen=True)
class _Rule:
    name: str
    pattern: re.Pattern[str]

    def fits(self, words: str) -> bool:
        return any(not _DENIED.search(words[: match.start()]) for match in self.pattern.finditer(words))


@dataclass(frozen=True)
class _Vocabulary:
    codes: Mapping[str, str]
    exact: Mapping[str, str]
    rules: tuple[_Rule, ...]


def read_statuses(cells: pd.Series, extra: Mapping[str, Sequence[str]] | None = None) -> pd.Series:
    """Return the class of every text of a status or stage column.

    Args:
        cells: texts, any index.
        extra: statuses of one's own by class; they win over the vocabulary. Each is a whole status without numbers,
            signs and pipeline, in the notation of ``remark_phrases`` («ждет звонка», «отказ*», ``UC_5SCNOB``).

    Returns:
        One of ``CLASSES`` or ``""``, same index, ``str`` dtype.

    Raises:
        UsageError: ``extra`` names no class.

    >>> read_statuses(pd.Series(["C5:WON", "Продажи / Недозвон 3", "не отказ", "счёт выставлен"])).tolist()
    ['won', 'no-answer', '', 'payment']
    """
    own = _read_extra(extra)
    codes, texts = distinct_texts(cells)
    return take_texts(pa.array([_read(text, own)[0] for text in texts], pa.large_string()), codes, cells.index)


def failed_attempts(cells: pd.Series, extra: Mapping[str, Sequence[str]] | None = None) -> pd.Series:
    """Return how many failed attempts a status counts: 3 of «Недозвон 3», 0 of one that counts none.

    Args:
        cells: texts, any index.
        extra: as for ``read_statuses``.

    >>> failed_attempts(pd.Series(["Недозвон 3", "НДЗ 2-й раз", "Недозвон", "3. Отказ"])).tolist()
    [3, 2, 0, 0]
    """
    own = _read_extra(extra)
    codes, texts = distinct_texts(cells)
    counted = np.array([_count_attempts(*_read(text, own)) for text in texts], dtype=np.int64)
    return pd.Series(counted[codes], index=cells.index, dtype="int64")


def check_names(names: Sequence[str], known: Sequence[str], message: str) -> None:
    """Raise for the first name that is not known.

    Args:
        message: what is wrong, translated, with ``{name}``.

    Raises:
        UsageError: with the name that resembles it most, or all that are known.
    """
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = _("Did you mean “{name}”?").format(name=near[0]) if near else ""
            raise UsageError(message.format(name=name), hint or _("Known are: {names}.").format(names=", ".join(known)))


def _read_extra(extra: Mapping[str, Sequence[str]] | None) -> tuple[_Rule, ...]:
    if not extra:
        return ()
    check_names(list(extra), CLASSES, _("There is no class of statuses “{name}”."))
    spelled = {name: list(filter(None, map(_clean_phrase, phrases))) for name, phrases in extra.items()}
    return tuple(_Rule(name, compile_phrases(phrases)) for name, phrases in spelled.items())


def _clean_phrase(phrase: str) -> str:
    """Return a status of the config in the words that statuses are compared by; ``*`` and ``..`` stay."""
    words = _WORDS_OF_NOTATION.findall(cut_numbering(_cut_prefix(phrase)))
    return " ".join(words) if _WORDS.search(" ".join(words)) else ""


def _count_attempts(name: str, said: str) -> int:
    return read_attempts(said) if name == "no-answer" else 0


def _read(text: str, own: tuple[_Rule, ...]) -> tuple[str, str]:
    """Return the class of a status and the part of the text that said so."""
    folded = _cut_prefix(text)
    words = _say_in_words(folded)
    if not words:
        return "", folded
    name = _find_own(words, own) or _vocabulary().codes.get(folded, "") or _vocabulary().exact.get(words, "")
    if name or folded.startswith("uc_"):
        return name, folded
    for separator, look in ((_COLON, _read_colon), (_PATH, _read_path)):
        parts = [part for part in separator.split(folded) if part]
        if len(parts) > 1 and (found := look(parts, own))[0]:
            return found
    return _find_by_rules(words), folded


def _read_colon(parts: list[str], own: tuple[_Rule, ...]) -> tuple[str, str]:
    """Return what «Воронка: статус» or «статус: причина» says."""
    found = [_read(part, own) for part in parts]
    ends = [reading for reading in found if reading[0] in _ENDS]
    return _last_known(ends[:1] or found)


def _read_path(parts: list[str], own: tuple[_Rule, ...]) -> tuple[str, str]:
    """Return what «Воронка / статус» says: the last part that says anything."""
    return _last_known([_read(part, own) for part in parts])


def _last_known(found: list[tuple[str, str]]) -> tuple[str, str]:
    return next((reading for reading in reversed(found) if reading[0]), ("", ""))


def _find_own(words: str, own: tuple[_Rule, ...]) -> str:
    return next((rule.name for rule in own if rule.pattern.fullmatch(words)), "")


def _find_by_rules(words: str) -> str:
    return next((rule.name for rule in _vocabulary().rules if rule.fits(words)), "")


def _cut_prefix(text: str) -> str:
    return _PREFIX_OF_PIPELINE.sub("", fold(text))


def _say_in_words(folded: str) -> str:
    """Return the words alone; «недозвон 3» stays whole, its number is no numbering."""
    return " ".join(_WORDS.findall(cut_numbering(folded)))


@cache
def _vocabulary() -> _Vocabulary:
    source = tomllib.loads(files("crmclean.hygiene").joinpath("data/statuses.toml").read_text("utf-8"))
    for name in (*source["codes"], *source["exact"], *(rule["class"] for rule in source["rule"])):
        if name not in CLASSES:
            raise ValueError(f"statuses.toml: no such class: {name}")
    return _Vocabulary(
        codes=_by_text(source["codes"], str),
        exact=_by_text(source["exact"], _say_in_words),
        rules=tuple(_Rule(rule["class"], compile_phrases(rule["phrases"])) for rule in source["rule"]),
    )


def _by_text(lists: Mapping[str, Sequence[str]], make_key: Callable[[str], str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, texts in lists.items():
        for text in texts:
            if found.setdefault(make_key(text), name) != name:
                raise ValueError(f"statuses.toml: {text} stands in two classes")
    return found


def group_pairs(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Return texts of the settings by the name that they stand under: statuses by class, phrases by reason.

    >>> group_pairs([("no-answer", "НБТ"), ("no-answer", "НДВ")])
    {'no-answer': ['НБТ', 'НДВ']}
    """
    result: dict[str, list[str]] = {}
    for name, text in pairs:
        result.setdefault(name, []).append(text)
    return result
