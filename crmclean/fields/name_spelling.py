"""How a name is written: capitals, spaces, letters of one alphabet. Only what is certain is corrected.

Notes beside the name (``name_notes``) are left as they stand, letter for letter.
"""

import re
from typing import Final

from crmclean.fields.full_name import (
    PARTICLES,
    ends_as_surname,
    is_family_first,
    is_initial_word,
    is_patronymic,
    rank_as_given,
)
from crmclean.fields.name_notes import are_surnames, split_notes
from crmclean.fields.name_notes import strip_notes as strip_notes
from crmclean.fields.name_placeholder import is_placeholder as is_placeholder
from crmclean.fields.text import collapse_spaces, restore_cyrillic, restore_latin
from crmclean.fields.transliteration import read_latin as read_latin
from crmclean.fields.transliteration import spelling_key as spelling_key

_WORD: Final = re.compile(r"(?<![\w\ufffd?])[^\W\d_]+(?:['’`ʼ][^\W\d_]+)*(?![\w\ufffd])")
_TURKIC: Final = frozenset({"оглы", "оглу", "кызы", "кизи", "гызы", "улы", "уулу"})
_SURE_PARTICLES: Final = frozenset({"дер", "ден", "der", "den"})
_ABBREVIATIONS: Final = frozenset({"ООО", "АО", "ПАО", "ОАО", "ЗАО", "НКО", "ТОО", "СПА", "ФИО", "LLC", "LTD", "GMBH"})
_SPACED_HYPHEN: Final = re.compile(r"([^\W\d_]+)(?:\s+[-–—]\s*|\s*[-–—]\s+|[–—])([^\W\d_]+)")
_ODD_HYPHEN: Final = re.compile(r"(?<=[^\W\d_])[‐‑−](?=[^\W\d_])")
_MIXED_WORD: Final = re.compile(r"[A-Za-zА-Яа-яЁё]*(?:[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z])[A-Za-zА-Яа-яЁё]*")
_TWO_ALPHABETS: Final = re.compile(r"[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")
_ODD_WORD: Final = re.compile(r"[^\W\d_]\d|\d[^\W\d_]|\ufffd|[^\W\d_]\?[^\W\d_]|_")


def spell_name(text: str) -> str:
    """Return a name with single spaces, letters of one alphabet, and words in one case capitalised.

    >>> spell_name("ИВАНОВА-ПЕТРОВА  анна"), spell_name("Колеcник и.и."), spell_name("мамедов али гасан оглы")
    ('Иванова-Петрова Анна', 'Колесник И.И.', 'Мамедов Али Гасан оглы')
    >>> spell_name("ИВАНОВА МАРИЯ (бухгалтер)"), spell_name("д'артаньян"), spell_name("Петрова - Водкина")
    ('Иванова Мария (бухгалтер)', "д'Артаньян", 'Петрова-Водкина')
    """
    text = _ODD_HYPHEN.sub("-", collapse_spaces(text))
    if any(dash in text for dash in "-–—"):
        text = _SPACED_HYPHEN.sub(_join_double_surname, text)
    pieces = split_notes(text)
    if len(pieces) == 1 and not pieces[0][1]:
        return _spell_piece(text, text, 0)
    names = "".join(piece for piece, kind in pieces if not kind)
    spelled, place = [], 0
    for piece, kind in pieces:
        if not kind:
            spelled.append(_spell_piece(piece, names, place))
            place += len(piece)
        else:
            spelled.append(_spell_maiden_name(piece) if kind == "bracket" else piece)
    return "".join(spelled)


def _join_double_surname(match: re.Match[str]) -> str:
    one, other = match.groups()
    return f"{one}-{other}" if are_surnames(one, other) else match.group()


def _spell_maiden_name(piece: str) -> str:
    """Spell «(ИВАНОВА)»: one word in brackets that has the ending of a surname; anything else is a remark."""
    word = piece.strip("()[]{} ")
    if word.isalpha() and ends_as_surname(word) and rank_as_given(word) == 0:
        return piece.replace(word, _spell_piece(word, word, 0))
    return piece


def _spell_piece(piece: str, whole: str, place: int) -> str:
    restored = _restore_alphabet(piece)
    if restored == piece and not piece.isascii() and piece.istitle() and "'" not in piece and " " not in piece:
        return piece
    spelling = _Spelling(_restore_alphabet(whole), place)
    # A capital may look Cyrillic where its small letter does not (M, m).
    return _restore_alphabet(_WORD.sub(spelling.spell_word, restored))


def _restore_alphabet(text: str) -> str:
    text = restore_cyrillic(text)
    return _MIXED_WORD.sub(_word_to_latin, text) if not text.isascii() and _MIXED_WORD.search(text) else text


def _word_to_latin(match: re.Match[str]) -> str:
    word = match.group()
    latin = sum(map(str.isascii, word))
    return restore_latin(word) if latin > len(word) - latin else word


class _Spelling:
    """Spells the words of one piece of a cell, knowing the name that it belongs to.

    Attributes:
        whole: all that is read as the name in the cell; ``place`` is where the piece begins in it.
    """

    def __init__(self, whole: str, place: int) -> None:
        self.whole = whole
        self.place = place
        self.upper = whole.isupper()
        self.words = [match.group() for match in _WORD.finditer(whole)]

    def spell_word(self, match: re.Match[str]) -> str:
        word = match.group()
        if word.islower() or (word.isupper() and len(word) > 1):
            return self._spell_in_one_case(word, match)
        return _spell_mixed_case(word) if not word[1:].islower() and len(word) > 2 else word

    def _spell_in_one_case(self, word: str, match: re.Match[str]) -> str:
        start = self.place + match.start()
        follower = match.string[match.end() : match.end() + 1]
        if word in _ABBREVIATIONS or (len(word) <= 3 and word.isupper() and not self.upper):
            return word
        lower = word.lower()
        if lower in _TURKIC and start > 0:
            return lower
        if lower in PARTICLES and self._is_particle(word, start, follower):
            return lower
        if len(word) == 1 and follower not in (".", "") and start > 0:
            # «Иван и Мария»: a single letter without a dot is a conjunction, not an initial.
            return word
        if len(word) == 2 and word.isupper() and self._are_initials(word):
            return word
        return capitalize_name(word)

    def _is_particle(self, word: str, start: int, follower: str) -> bool:
        """Tell whether a particle stands in the name: «Людвиг ван Бетховен», but «Нгуен Ван Хай», «Смит Ал»."""
        if len(self.whole[start:].split()) < 2 or follower not in (" ", "-"):
            return False
        if start == 0:
            return word.islower() and not self.whole.islower()
        return word.lower() in _SURE_PARTICLES or not is_family_first(self.words[0])

    def _are_initials(self, word: str) -> bool:
        """Tell whether two capitals in a cell of capitals are initials («ИВАНОВ ИИ») and not a short name."""
        alone = len(self.words) == 1 and not is_initial_word(word)
        known = rank_as_given(word) > 1 or is_family_first(word) or is_family_first(self.words[0])
        return not alone and not known


def capitalize_name(word: str) -> str:
    """Return one word of a name with its capitals: О'Коннор, д'Артаньян, McDonald.

    >>> [capitalize_name(word) for word in ("ИВАНОВ", "О'КОННОР", "Д'АРТАНЬЯН", "MCDONALD")]
    ['Иванов', "О'Коннор", "д'Артаньян", 'McDonald']
    """
    capital = word[0].upper() + word[1:].lower()
    if len(capital) > 3 and capital[1] in "'’`ʼ":
        first = "д" if capital[0] == "Д" else capital[0]
        capital = first + capital[1] + capital[2].upper() + capital[3:]
    elif len(capital) > 4 and capital.startswith("Mc") and word.isupper():
        capital = "Mc" + capital[2].upper() + capital[3:]
    return capital if len(capital) == len(word) else word


def _spell_mixed_case(word: str) -> str:
    """Correct a slip of the shift or caps lock key (иВАНОВ, ИВанов, ПетровА), where the word is a known form."""
    slip = word[1:].isupper() or word[2:].islower() or word[1:-1].islower()
    if not slip or not word.isalpha() or word.isascii():
        return word
    known = rank_as_given(word) == 3 or is_patronymic(word) or ends_as_surname(word)
    return capitalize_name(word) if known else word


def has_odd_letters(text: str) -> bool:
    """Tell whether a word mixes two alphabets, or letters with digits and other signs, and cannot be put right.

    >>> has_odd_letters("Иvанов"), has_odd_letters("Ив4нов"), has_odd_letters("Колесник")
    (True, True, False)
    """
    return _ODD_WORD.search(text) is not None or _TWO_ALPHABETS.search(text) is not None
