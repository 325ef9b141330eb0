"""Legal forms of Russia, its neighbours and common foreign ones, short and spelled out.

Source of the rules: Civil Code of the Russian Federation, chapter 4; the OKOPF classifier; the registers of Belarus and
Kazakhstan; ISO 20275 for the others. The forms stand in ``data/legal_forms.csv``: ``kind`` says how the name behind it
is written, ``place`` where a short form counts (``quoted``: only in front of a quote), ``letters`` whether it counts in
small letters too. A district (ЗАО, САО of Moscow), an autonomous okrug or a word of the name is not taken for a form.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from crmclean.fields.company_form_list import LegalForm, load_form_rows, load_short_forms, make_form
from crmclean.fields.text import collapse_spaces

_QUOTE: Final = "\"«»“”„‟″'‘’`<>"
_TWINS: Final = dict(zip("АВСЕНКМОРТХУ", "ABCEHKMOPTXY", strict=True))
_TO_CYRILLIC: Final = str.maketrans({latin: cyrillic for cyrillic, latin in _TWINS.items()})
_CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)
_GLUED: Final = "ООО|ОАО|ЗАО|ПАО|ТОО|АО|ИП"
GLUED_TO_WORDS: Final = ("ООО", "ОАО", "ЗАО")
"""Forms that are found glued to a Russian word."""
_OPTIONAL: Final = re.compile(r"\\.[*?+]?|\w\?")
"""What a form spelled out need not have; the dictionary's patterns know no other signs."""
_LETTER: Final = re.compile(r"[^\W\d_]")
_LAST_WORD: Final = re.compile(r"(?P<word>[^\W\d_]+)\W*$")
_DOTTED: Final = frozenset({"ООО", "ОАО", "ЗАО", "ПАО"})
_LONGEST_SHORT: Final = 15
_LATIN_TWINS: Final = frozenset({"ОАО", "ТОО"})
_DISTRICT: Final = re.compile(
    r"(?i)\b(?:управлени|префектур|управа|район|округ|департамент|отдел|администраци|центр\w* соц|школ|поликлиник"
    r"|москв|больниц|гимнази|лице[йя]|детский сад)"
)
_CITY_OF_MOSCOW: Final = re.compile(r"(?i)(?:г\.|города)\s?москв")
DISTRICT_PATTERNS: Final = (_DISTRICT, _CITY_OF_MOSCOW)
"""What tells ЗАО as a district of Moscow."""
ADJECTIVE_END: Final = r"(?:[сц]кий|[сц]кого|[сц]ком|[сц]кому|ный|ного|ном)"
"""The end of a word that makes an АО behind it an autonomous okrug."""
_OKRUG: Final = re.compile(rf"(?i){ADJECTIVE_END}\s+[АA][ОO]$")
FORM_STEMS: Final = (
    "обществ", "товари", "предпри", "хозяйств", "учреждени", "организаци", "кооператив", "партнерств", "серіктестіг",
    "limited l", "joint stock",
)  # fmt: skip
"""One of these stands in every spelled-out form: most names are told to have none without the slow search."""


@dataclass(frozen=True)
class FoundForm:
    """The form of a company and the name without it.

    Attributes:
        form, kind: as in the list; ``""`` if there is none.
        rest: the text without the form.
        place: ``front``, ``behind``, ``inside``, or ``""``.
        opened: quotes that stood in front of the form and are not in ``rest``.
        spelled: the form was spelled out.
    """

    form: str
    kind: str
    rest: str
    place: str
    opened: str = ""
    spelled: bool = False


@dataclass(frozen=True)
class _Patterns:
    """Patterns by the first and the last letters of a form: a name is compared with the few forms it can have.

    Attributes:
        needed: of every form spelled out, the letters that its text must have.
    """

    leading: dict[str, re.Pattern[str]]
    glued: re.Pattern[str]
    trailing: re.Pattern[str]
    last_words: frozenset[str]
    spelled: re.Pattern[str]
    needed: tuple[tuple[str, ...], ...]
    forms: tuple[LegalForm, ...]


@lru_cache(maxsize=1)
def _load_patterns() -> _Patterns:
    rows = load_form_rows()
    # The longer of two forms with one beginning is tried first.
    spelled = sorted(((row["spelled"], number) for number, row in enumerate(rows) if row["spelled"]), key=_by_length)
    variants = sorted(load_short_forms(), key=len, reverse=True)
    return _Patterns(
        _make_leading(spelled, variants),
        re.compile(
            rf"\s*(?P<form>{_GLUED})(?=[{_QUOTE}]|[A-Z])|\s*(?P<whole>{'|'.join(GLUED_TO_WORDS)})(?=[А-ЯЁ][а-яё])"
        ),
        re.compile(
            rf"(?:(?P<comma>[,(])\s*|(?<=[\s{_QUOTE}]))(?P<form>{'|'.join(map(_pattern_of, variants))})\.?[\s)]*"
            rf"(?P<close>[{_QUOTE}]*)\s*$",
            re.IGNORECASE,
        ),
        frozenset(
            _fold_form(re.split(r"[\s.]", text.strip("."))[-1])[-3:].translate(_TO_CYRILLIC) for text in variants
        ),
        re.compile("|".join(rf"(?P<s{number}>{pattern})" for pattern, number in spelled), re.IGNORECASE),
        tuple(letters for pattern, _ in spelled for letters in _list_needed(pattern)),
        tuple(map(make_form, rows)),
    )


def _list_needed(pattern: str) -> list[tuple[str, ...]]:
    """Return, for each alternative of a form spelled out, the letters that its text must have."""
    return [tuple(_OPTIONAL.sub(" ", alternative).split()) for alternative in pattern.split("|")]


def _may_be_spelled(lowered: str) -> bool:
    """Tell without the slow search whether a text can have a form spelled out."""
    if not any(stem in lowered for stem in FORM_STEMS):
        return False
    for first, *others in _load_patterns().needed:
        if first in lowered and all(letters in lowered for letters in others):
            return True
    return False


def _by_length(item: tuple[str, int]) -> int:
    return -len(item[0])


def _make_leading(spelled: list[tuple[str, int]], variants: list[str]) -> dict[str, re.Pattern[str]]:
    starts: dict[str, tuple[list[str], list[str]]] = {}
    for pattern, number in spelled:
        starts.setdefault(pattern[0].upper().translate(_TO_CYRILLIC), ([], []))[0].append(rf"(?P<s{number}>{pattern})")
    for text in variants:
        starts.setdefault(text[0].upper().translate(_TO_CYRILLIC), ([], []))[1].append(_pattern_of(text))
    before, behind = rf"[\s(]*(?P<open>[{_QUOTE}]*)[\s(]*", r"(?![\w-])[\s).,:–—-]*"
    return {
        letter: re.compile(
            f"{before}(?:{'|'.join([*long, '(?P<form>' + '|'.join(short or ['(?!)']) + ')'])}){behind}", re.IGNORECASE
        )
        for letter, (long, short) in starts.items()
    }


def _pattern_of(text: str) -> str:
    """Return the pattern of a short form: either alphabet, any spaces, dots between the letters of the usual ones."""
    letters = [
        rf"[{sign}{_TWINS[sign]}]" if sign in _TWINS else r"\s+" if sign == " " else re.escape(sign) for sign in text
    ]
    plain = "".join(letters)
    return rf"{plain}|" + r"\.\s?".join(letters) if text in _DOTTED else plain


@lru_cache(maxsize=1 << 12)
def find_form(text: str) -> FoundForm:
    """Return the legal form of a company and its name; ``text`` has single spaces.

    >>> found = find_form('Общество с ограниченной ответственностью"Питстоп"')
    >>> found.form, found.rest, found.place
    ('ООО', '"Питстоп"', 'front')
    """
    patterns = _load_patterns()
    letter = _LETTER.search(text)
    leading = patterns.leading.get(letter.group().upper().translate(_TO_CYRILLIC)) if letter else None
    match = leading.match(text) if leading else None
    if match and (found := _read_leading(match, text)):
        return found
    glued = patterns.glued.match(text)
    if glued and text[glued.end() :].strip(f" {_QUOTE}"):
        form = glued["form"] or glued["whole"]
        return FoundForm(form, _kind_of(form), text[glued.end() :].strip(), "front")
    last = _LAST_WORD.search(text, max(0, len(text) - 40))
    ends = last and last["word"][-3:].upper().translate(_TO_CYRILLIC) in patterns.last_words
    trailing = patterns.trailing.search(text, max(0, len(text) - 40)) if ends else None
    if trailing and (found := _read_trailing(trailing, text)):
        return found
    lowered = text.lower()
    spelled = patterns.spelled.search(text) if _may_be_spelled(lowered) else None
    if spelled:
        known = patterns.forms[int((spelled.lastgroup or "s0")[1:])]
        rest = f"{text[: spelled.start()]} {text[spelled.end() :]}".strip(" ,")
        at_end = not text[spelled.end() :].strip(f" .{_QUOTE}")
        return FoundForm(known.form, known.kind, rest, "behind" if at_end else "inside", "", True)
    return FoundForm("", "", text, "")


def take_form(text: str) -> tuple[str, str]:
    """Return the legal form in its standard short spelling (``""`` if there is none), and the text without it.

    >>> take_form('Общество с ограниченной ответственностью"Питстоп"'), take_form("Ромашка ООО")
    (('ООО', '"Питстоп"'), ('ООО', 'Ромашка'))
    >>> take_form("Управление соцзащиты Можайского района, ЗАО")
    ('', 'Управление соцзащиты Можайского района, ЗАО')
    """
    found = find_form(text)
    again = find_form(found.rest) if found.form else found
    # «ООО "ООО Ромашка"» says it twice.
    return found.form, again.rest if again.form == found.form and again.place != "inside" else found.rest


@lru_cache(maxsize=4096)
def standard_form(form: str) -> str:
    """Return a short or spelled-out form as it is written in registers; any other text as it is.

    >>> standard_form("ооо"), standard_form("Llc"), standard_form("акционерное общество"), standard_form("12300")
    ('ООО', 'LLC', 'АО', '12300')
    """
    bare = collapse_spaces(form).strip(" .,\"'«»()")
    patterns = _load_patterns()
    spelled = patterns.spelled.fullmatch(bare)
    if spelled:
        return patterns.forms[int((spelled.lastgroup or "s0")[1:])].form
    known = _find_short(bare)
    return known.form if known else form


def is_form(text: str) -> bool:
    """Tell whether a text is nothing but a legal form.

    >>> is_form("ООО"), is_form("ип"), is_form("Ромашка")
    (True, True, False)
    """
    bare = collapse_spaces(text).strip(" .,\"'«»()")
    if len(bare) <= _LONGEST_SHORT:
        return _find_short(bare) is not None
    return any(stem in bare.lower() for stem in FORM_STEMS) and _load_patterns().spelled.fullmatch(bare) is not None


@lru_cache(maxsize=1)
def _folded_forms() -> dict[str, LegalForm]:
    return {_fold_form(text): form for text, form in reversed(load_short_forms().items())}


def _fold_form(text: str) -> str:
    bare = " ".join(text.replace(".", "").replace(",", " ").split())
    return bare.upper()


@lru_cache(maxsize=1 << 12)
def _find_short(text: str) -> LegalForm | None:
    folded = _fold_form(text)
    dense = folded.replace(" ", "") if "." in text else folded
    known = _folded_forms()
    return known.get(folded.translate(_TO_CYRILLIC)) or known.get(dense.translate(_TO_CYRILLIC)) or known.get(folded)


def _kind_of(form: str) -> str:
    known = _find_short(form)
    return known.kind if known else ""


def _read_leading(match: re.Match[str], text: str) -> FoundForm | None:
    rest = text[match.end() :].strip()
    opened = match["open"]
    if not rest.strip(f" {_QUOTE}.,-"):
        return None
    patterns = _load_patterns()
    if match["form"] is None:
        known = patterns.forms[
            int(next(name for name, group in match.groupdict().items() if group and name[0] == "s")[1:])
        ]
        return FoundForm(known.form, known.kind, rest, "front", opened, True)
    form = _find_short(match["form"])
    if form is None or form.place in ("trailing", "never") or not _is_meant(form, match["form"], rest):
        return None
    if form.place == "quoted" and rest[0] not in _QUOTE:
        return None
    if form.form == "ЗАО" and _CITY_OF_MOSCOW.match(rest):
        return None
    return FoundForm(form.form, form.kind, rest, "front", opened)


def _read_trailing(match: re.Match[str], text: str) -> FoundForm | None:
    rest = text[: match.start()].strip(" ,")
    form = _find_short(match["form"])
    if form is None or not rest.strip(f" {_QUOTE}.,-") or form.place in ("leading", "quoted", "never"):
        return None
    if not _is_meant(form, match["form"], rest):
        return None
    if form.form == "ЗАО" and _DISTRICT.search(text):
        # ЗАО: the western administrative district of Moscow, not a form.
        return None
    if form.form == "АО" and _OKRUG.search(text.rstrip(f" .){_QUOTE}")):
        return None
    return FoundForm(form.form, form.kind, rest, "behind", match["close"])


def _is_meant(form: LegalForm, written: str, rest: str) -> bool:
    """Tell whether the letters can be meant as the form: rare ones only in capitals, Latin ones as a look-alike."""
    if form.letters == "capital" and not written.isupper() and "." not in written:
        return False
    if written.isascii() and form.kind != "foreign":
        # OOO and OAO mean the form in front of a Latin name too; AO may be a name of two initials.
        return (
            _CYRILLIC.search(rest) is not None
            or form.form == "ООО"
            or (form.form in _LATIN_TWINS and written.isupper())
        )
    return True
