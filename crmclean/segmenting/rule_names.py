"""Which columns the names of a rule mean, and whether what is said of them makes sense.

A heading as the file has it goes before a role; a role written by its key (``amount``) goes before a heading that is
only spelled alike. What an export lacks is not a mistake: a rule for every file names roles that few files have.
"""

import gettext
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from crmclean.core.i18n import LANGUAGES, LOCALE_DIR, _
from crmclean.core.table import ROLES, Table
from crmclean.fields.text import restore_cyrillic, restore_latin
from crmclean.files.headings import heading_key, heading_words, meaning_of
from crmclean.segmenting.rule_checking import check_test
from crmclean.segmenting.rule_kinds import sniff_kind
from crmclean.segmenting.rule_sources import Source, kind_of_role
from crmclean.segmenting.rule_tree import Name, Rule, RuleProblem, list_names, list_operands, list_tests
from crmclean.segmenting.rule_words import RESERVED, ask_if_meant, find_near, fold_word, in_latin

_NOTHINGS: Final = frozenset({"null", "none", "nan", "nil"})
_BARE: Final = re.compile(r"[^\W\d][\w№]*(?:-[^\W\d][\w№]*)*(?: (?:[^\W\d][\w№]*(?:-[^\W\d][\w№]*)*|[0-9]+))*")


@dataclass(frozen=True)
class BoundRule:
    """A rule of which every name has its columns.

    Attributes:
        sources: by name of the rule.
    """

    rule: Rule
    sources: Mapping[Name, Source]


def resolve_rule(rule: Rule, table: Table) -> tuple[BoundRule | None, tuple[RuleProblem, ...], tuple[str, ...]]:
    """Find the columns that a rule speaks of.

    Returns:
        The rule with its columns, None where the next two are not both empty; what is wrong (a name that means
        nothing, a number beside a text); and the roles that the rule names and the file lacks.
    """
    sources: dict[Name, Source] = {}
    problems: list[RuleProblem] = []
    tests = list_tests(rule.root)
    for test in tests:
        for operand in list_operands(test):
            for name in list_names(operand):
                source = sources.get(name) or find_source(name, table)
                if source is None:
                    problems.append(RuleProblem(name.start, name.end, _say_unknown(name, table)))
                else:
                    sources[name] = source
    for test in tests:
        if all(name in sources for operand in list_operands(test) for name in list_names(operand)):
            problems.extend(check_test(test, sources, rule.text))
    missing = tuple(dict.fromkeys(source.role for source in sources.values() if not source.columns))
    ordered = tuple(sorted(set(problems), key=lambda problem: (problem.start, problem.end, problem.text)))
    if ordered or missing:
        return None, ordered, missing
    return BoundRule(rule, MappingProxyType(sources)), (), ()


def find_source(name: Name, table: Table) -> Source | None:
    """Return the columns that a name means; without columns for a role that the file lacks, None for no meaning."""
    exact = _by_heading(table, lambda header: " ".join(header.split()) == " ".join(name.text.split()))
    if exact:
        return exact
    role = name.text.strip().lower()
    if role in ROLES and not name.is_bracketed:
        return _by_role(table, role)
    key = heading_key(name.text)
    alike = _by_heading(table, lambda header: bool(key) and heading_key(header) == key)
    if alike:
        return alike
    # A key of a role with letters of the other alphabet in it is a slip that nobody sees: better said than guessed.
    is_slip = role not in ROLES and in_latin(role) in ROLES
    titled = role if role in ROLES else "" if is_slip else _titles().get(key, "")
    return _by_role(table, titled) if titled else None


def _by_role(table: Table, role: str) -> Source:
    return _make_source(table, role, tuple(column.name for column in table.with_role(role)))


def _by_heading(table: Table, fits: Callable[[str], bool]) -> Source | None:
    columns = [column for column in table.columns if column.header.strip() and fits(column.header)]
    if not columns:
        return None
    # Of two columns with one heading the second may have lost its role to the first.
    role = next((column.role for column in columns if column.role), "")
    return _make_source(table, role, tuple(column.name for column in columns))


def _make_source(table: Table, role: str, columns: tuple[str, ...]) -> Source:
    kind = kind_of_role(role)
    looks = sniff_kind(table.frame[columns[0]]) if kind == "open" and columns else "open"
    return Source(role, columns, kind, looks)


@cache
def _titles() -> Mapping[str, str]:
    """Return the role of every title, in every language, by its heading key."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        texts = gettext.translation("crmclean", LOCALE_DIR, [language], fallback=True)
        for role, title in ROLES.items():
            found.setdefault(heading_key(texts.gettext(title)), role)
    return found


def _say_unknown(name: Name, table: Table) -> str:
    written = " ".join(name.text.split())
    if written.lower() in _NOTHINGS:
        return _("Empty cells are found by “is empty” and “is not empty”.")
    message = _("There is no column and no role “{name}”.").format(name=written)
    return message + (ask_if_meant(_find_meant(written, table)) or " " + _hint(name, written))


def _find_meant(written: str, table: Table) -> str:
    """Return the heading or role that was probably meant; ``""`` for none."""
    for spelled in (restore_latin(written), restore_cyrillic(written), in_latin(written)):
        if spelled.lower() in ROLES:
            return spelled.lower()
    headings = {header.strip(): _bracket(header) for header in table.headers if header.strip()}
    near = find_near(written, (*headings, *ROLES, *(_(title) for title in ROLES.values())))
    if near:
        return headings.get(near, near)
    words = f" {heading_words(written)} "
    containing = [header for header in headings if words.strip() and words in f" {heading_words(header)} "]
    if len(containing) == 1:
        return headings[containing[0]]
    meaning = meaning_of(written)
    return meaning.role if meaning and meaning.role else ""


def _bracket(header: str) -> str:
    """Return a heading as a rule has to write it."""
    bare = header.strip()
    words = bare.split()
    is_plain = _BARE.fullmatch(bare) and not any(fold_word(word) in RESERVED for word in words)
    return bare if is_plain else f"[{bare.replace(']', ']]')}]"


def _hint(name: Name, written: str) -> str:
    if "-" in written and not name.is_bracketed:
        return _("A minus stands between spaces.")
    return _("A text stands in quotes: '{text}'.").format(text=written)
