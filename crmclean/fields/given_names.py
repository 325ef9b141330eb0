"""Given names: which short forms belong to which full names, their gender, and their Latin spellings.

The list is ``data/given_names.csv``: full name, gender, short forms (also doublets such as Наталья and Наталия),
Latin spellings that no rule of transliteration yields. The names are those in use among the peoples of Russia and its
neighbours, compared with the Russian lists of Faker and Mimesis (both MIT). A short form with ``~`` is rare for that
name: it relates the two, but does not put the name into the block of the others that share it.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from crmclean.fields.transliteration import read_latin, spelling_key

_LATIN_LETTER: Final = re.compile("[a-z]")


@dataclass(frozen=True)
class GivenNames:
    """The list, by key.

    Attributes:
        full: full names of a form; a full name is its own.
        gender: ``m``, ``f``; forms of both are absent.
        root: one representative of all names that share a short form.
        latin: Latin spellings.
    """

    full: dict[str, frozenset[str]]
    gender: dict[str, str]
    root: dict[str, str]
    latin: dict[str, str]


@cache
def load_given_names() -> GivenNames:
    """Return the list of given names, read once.

    >>> sorted(load_given_names().full["саша"])
    ['александр', 'александра']
    """
    text = files("crmclean.fields").joinpath("data/given_names.csv").read_text(encoding="utf-8")
    full: dict[str, set[str]] = {}
    genders: dict[str, set[str]] = {}
    latin: dict[str, str] = {}
    root: dict[str, str] = {}
    for line in text.splitlines()[1:]:
        name, gender, short_forms, spellings = line.split(";")
        key = spelling_key(name)
        for form in (name, *short_forms.split()):
            form_key = spelling_key(form.rstrip("~"))
            full.setdefault(form_key, set()).add(key)
            genders.setdefault(form_key, set()).add(gender)
        _join_roots(root, key, [spelling_key(form) for form in short_forms.split() if not form.endswith("~")])
        for spelling in spellings.split():
            latin[spelling] = key
    for form_key, names in full.items():
        root.setdefault(form_key, _find_root(root, min(names)))
    return GivenNames(
        full={form: frozenset(names) for form, names in full.items()},
        gender={form: next(iter(found)) for form, found in genders.items() if len(found) == 1},
        root={form: _find_root(root, form) for form in root},
        latin=latin,
    )


def _find_root(root: dict[str, str], form: str) -> str:
    while root.get(form, form) != form:
        form = root[form]
    return form


def _join_roots(root: dict[str, str], name: str, forms: list[str]) -> None:
    """Unite a full name with the names that already share one of its short forms."""
    root.setdefault(name, name)
    for form in forms:
        one, other = _find_root(root, name), _find_root(root, root.setdefault(form, name))
        root[max(one, other)] = min(one, other)


def find_given_name(key: str, names: GivenNames, original: str) -> str:
    """Return the key of a given name, going through its Latin spellings.

    Args:
        key: ``spelling_key`` of the name.
        names: the list.
        original: the folded word as it was written; only a Latin one is looked up.

    >>> find_given_name("юлиа", load_given_names(), "julia")
    'юлия'
    """
    if not original.isascii():
        return key
    if original in names.latin:
        return names.latin[original]
    if key in names.full:
        return key
    softened = key.removesuffix("ия") + "я"
    return softened if key.endswith("ия") and softened in names.full else key


@lru_cache(maxsize=1 << 17)
def key_of_words(folded: str) -> str:
    """Return the name key of a folded text of one or more words.

    >>> key_of_words("sergey"), key_of_words("сергей"), key_of_words("yuliya"), key_of_words("julia")
    ('сергеи', 'сергеи', 'юлия', 'юлия')
    """
    if not folded:
        return ""
    if not _LATIN_LETTER.search(folded):
        return spelling_key(folded)
    names = load_given_names()
    words = []
    for word in folded.replace("'", "").replace("’", "").split():
        pure = word.strip(".,")
        words.append(find_given_name(read_latin(pure), names, pure) if pure.isascii() and pure.isalpha() else word)
    return spelling_key(" ".join(words))
