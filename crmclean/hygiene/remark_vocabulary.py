"""The vocabulary of remarks: ``data/remarks.toml`` as regular expressions, and phrases of one's own beside it."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Final

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.hygiene.remark_phrases import Phrase, compile_phrases, join_patterns, parse_phrase

REASONS: Final = (
    "not-in-service", "wrong-number", "do-not-call", "asked-to-delete", "company-closed", "person-died", "person-left",
    "bad-mail", "test-record",
)  # fmt: skip
# From about 12,000 signs on RE2 has no room for its automaton and is a hundred times slower: stay well below.
_LONGEST_PATTERN: Final = 6_500


@dataclass(frozen=True)
class Doubts:
    """What makes any remark doubtful, and what makes a later line no denial of an earlier one.

    Attributes:
        conditions: anywhere before the phrase in its statement.
        hedges: near before the phrase, or alone behind it.
        intents: right before a phrase that tells of an event.
        asked: may stand between «не» and the phrase it denies.
        saying: words of telling, which make who stands before them a witness and not the one it is about.
        not_later: right before what takes a remark back, and undoes that.
    """

    conditions: re.Pattern[str]
    hedges: re.Pattern[str]
    intents: re.Pattern[str]
    asked: re.Pattern[str]
    saying: re.Pattern[str]
    not_later: re.Pattern[str]


@dataclass(frozen=True)
class Reason:
    """One reason; the attributes are those of ``remarks.toml``, ``patterns`` by what a phrase must fill."""

    code: str
    phrases: tuple[Phrase, ...]
    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    others: re.Pattern[str]
    not_before: re.Pattern[str]
    not_after: re.Pattern[str]
    not_with: re.Pattern[str]
    takes_back: re.Pattern[str]
    is_event: bool

    @cached_property
    def traces(self) -> str:
        """The regular expression of RE2 that is found in every text with a phrase of the reason."""
        return "|".join(sorted({phrase.trace for phrase in self.phrases}))


def join_traces(reasons: Sequence[Reason]) -> list[str]:
    """Return regular expressions of RE2, one of which is found in every text with a phrase of any reason."""
    patterns: list[str] = []
    for trace in sorted({phrase.trace for reason in reasons for phrase in reason.phrases}):
        if patterns and len(patterns[-1]) + len(trace) < _LONGEST_PATTERN:
            patterns[-1] += "|" + trace
        else:
            patterns.append(trace)
    return patterns


def with_own_phrases(reasons: Sequence[Reason], extra: Mapping[str, Sequence[str]]) -> tuple[Reason, ...]:
    """Return the reasons with phrases of one's own added.

    Raises:
        UsageError: a phrase has no word that must stand in a comment.
    """
    added = {code: list(map(_parse_own, texts)) for code, texts in extra.items()}
    return tuple(_add(reason, added.get(reason.code, [])) for reason in reasons)


def _parse_own(text: str) -> Phrase:
    try:
        return parse_phrase(text)
    except ValueError:
        raise UsageError(
            _("The phrase “{phrase}” of a remark has no word.").format(phrase=text),
            _("Write what the comment says, for example “moved out of the office”."),
        ) from None


def _add(reason: Reason, phrases: Sequence[Phrase]) -> Reason:
    together = (*reason.phrases, *phrases)
    return replace(reason, phrases=together, patterns=_patterns_of(together))


def _patterns_of(phrases: Sequence[Phrase]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    kinds = ("", "clause", "statement")
    by_kind = {kind: [phrase for phrase in phrases if phrase.alone_in == kind] for kind in kinds}
    return tuple((kind, join_patterns(found)) for kind, found in by_kind.items() if found)


@cache
def load_reasons() -> tuple[Reason, ...]:
    """Return the reasons of ``remarks.toml``, in their order.

    >>> [reason.code for reason in load_reasons()] == list(REASONS)
    True
    """
    return tuple(_reason(entry) for entry in _source()["reason"])


@cache
def load_doubts() -> Doubts:
    """Return what makes any remark doubtful."""
    entry = _source()["doubt"]
    asked = f"(?:{compile_phrases(entry['asked']).pattern})"
    return Doubts(
        conditions=compile_phrases(entry["conditions"]),
        hedges=compile_phrases(entry["hedges"]),
        intents=_near_before(entry["intents"]),
        asked=re.compile(rf"\b(?:не|ни|якобы|чуть)(?: +{asked}(?: +\w+)?)? *$"),
        saying=compile_phrases(entry["saying"]),
        not_later=_near_before(entry["not_later"], most_between=1),
    )


def _reason(entry: Mapping[str, Any]) -> Reason:
    phrases = tuple(map(parse_phrase, entry["phrases"]))
    return Reason(
        code=entry["code"],
        phrases=phrases,
        patterns=_patterns_of(phrases),
        others=compile_phrases(entry.get("others", ())),
        not_before=compile_phrases(entry.get("not_before", ())),
        not_after=compile_phrases(entry.get("not_after", ())),
        not_with=compile_phrases(entry.get("not_with", ())),
        takes_back=compile_phrases(entry.get("takes_back", ())),
        is_event=entry.get("is_event", False),
    )


def _near_before(texts: Sequence[str], most_between: int = 2) -> re.Pattern[str]:
    """Return the pattern of words that stand at the end of a text, with few others behind them."""
    return re.compile(rf"(?:{compile_phrases(texts).pattern})(?: +[\w:.-]+){{0,{most_between}}} *$")


@cache
def _source() -> dict[str, Any]:
    return tomllib.loads(files("crmclean.hygiene").joinpath("data/remarks.toml").read_text("utf-8"))
