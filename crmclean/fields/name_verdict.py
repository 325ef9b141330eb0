"""What a name cell becomes, and what is said of it."""

import re
from typing import Final, Literal

from crmclean.fields.full_name import names_several, rank_as_given
from crmclean.fields.keyboard_layout import restore_layout
from crmclean.fields.name_notes import has_notes, split_notes
from crmclean.fields.name_placeholder import is_other_value, is_placeholder
from crmclean.fields.name_spelling import has_odd_letters, spell_name
from crmclean.fields.text import collapse_spaces

NameKind = Literal["last", "first", "middle", "full"]

_COMPANY_FORM: Final = re.compile(
    r"(?<!\w)(?:ООО|ОАО|ЗАО|ПАО|НКО|АНО|ТОО|ГБУ|МУП|ФГУП|LLC|Ltd|GmbH|Inc)(?!\w)|^АО\s", re.IGNORECASE
)
_LETTER: Final = re.compile(r"[^\W\d_]")


def judge_name(text: str, kind: NameKind = "full") -> tuple[str, str]:
    """Return how a name cell is to stand and the codes of what is to be said of it, joined by spaces.

    A cell that is no name stays exactly as it is.

    >>> judge_name("ИВАНОВА МАРИЯ (бухгалтер)")
    ('Иванова Мария (бухгалтер)', 'name-normalized name-note')
    >>> judge_name("Тест Тестович"), judge_name("ООО Ромашка")
    (('Тест Тестович', 'name-placeholder'), ('ООО Ромашка', 'name-not-a-name'))
    """
    bare = collapse_spaces(text)
    if not bare:
        return text, ""
    if is_other_value(bare):
        return text, "name-not-a-name" if any(map(str.isalnum, bare)) else "name-placeholder"
    if is_placeholder(bare):
        return text, "name-placeholder"
    if _COMPANY_FORM.search(bare):
        return text, "name-not-a-name"
    if not _names_somebody(bare):
        return text, "name-placeholder"
    if kind == "first" and len(bare) == 2 and bare.isupper() and rank_as_given(bare) < 2:
        # «ИИ» beside a surname are two initials, not a name.
        return text, ""
    restored = restore_layout(bare)
    value = spell_name(restored)
    doubts = _find_doubts(value)
    if "name-several" in doubts or value == text:
        return text, " ".join(doubts)
    return value, " ".join(["name-layout" if restored != bare else "name-normalized", *doubts])


def _names_somebody(text: str) -> bool:
    """Tell whether a cell has anything but notes: «Бухгалтер» alone is nobody's name."""
    return any(not kind and _LETTER.search(piece) for piece, kind in split_notes(text))


def _find_doubts(value: str) -> list[str]:
    codes = []
    names = " ".join(piece for piece, note in split_notes(value) if not note)
    if has_odd_letters(names):
        codes.append("name-mixed-letters")
    if names_several(names) and any(rank_as_given(word) > 1 for word in names.split() if len(word) > 2):
        codes.append("name-several")
    if has_notes(value):
        codes.append("name-note")
    return codes
