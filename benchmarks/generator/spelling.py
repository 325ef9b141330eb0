"""The ways in which one value is written: keyboards, habits, alphabets and Excel."""

from collections.abc import Callable
from typing import Final

from benchmarks.generator.chance import Chance, Weighted

_ROWS: Final = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_NEIGHBOURS: Final = {
    letter: (row[place - 1] if place else "") + row[place + 1 : place + 2]
    for row in _ROWS
    for place, letter in enumerate(row)
}
_LATIN_TWINS: Final = str.maketrans("аеорсухАВЕКМНОРСТХ", "aeopcyxABEKMHOPCTX")
_LATIN: Final = {
    **dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True)),
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ю": "yu",
    "я": "ya",
}
_OTHER_LATIN: Final = {**_LATIN, "ё": "yo", "й": "j", "х": "h", "ц": "c", "ю": "ju", "я": "ja", "щ": "sch", "ы": "i"}
_MAIL_LATIN: Final = {**_LATIN, "й": "y", "х": "h", "щ": "sch"}


def transliterate(text: str, alphabet: int = 0) -> str:
    """Return Russian text in Latin letters; ``alphabet`` 0 is the passport's, 1 a looser habit, 2 that of mailboxes."""
    table = (_LATIN, _OTHER_LATIN, _MAIL_LATIN)[alphabet]
    letters = []
    for letter in text:
        latin = table.get(letter.lower())
        if latin is None:
            letters.append(letter)
        else:
            letters.append(latin.capitalize() if letter.isupper() else latin)
    return "".join(letters)


def use_latin_twins(chance: Chance, text: str) -> str:
    """Return the text with one or two letters replaced by the Latin ones that look the same."""
    places = [place for place, letter in enumerate(text) if ord(letter) in _LATIN_TWINS]
    for place in chance.shuffled(places)[: chance.between(1, 2)]:
        text = text[:place] + text[place].translate(_LATIN_TWINS) + text[place + 1 :]
    return text


def mistype(chance: Chance, text: str) -> str:
    """Return the text with one slip of the fingers: a neighbour key, a swap, a missing or a doubled letter."""
    places = [place for place in range(1, len(text)) if text[place].isalpha()]
    if len(places) < 2:
        return text
    while True:
        place = chance.pick(places)
        letter = text[place]
        slip = chance.random()
        if slip < 0.35:
            near = _NEIGHBOURS.get(letter.lower(), "")
            changed = text[:place] + (chance.pick(near) if near else "") + text[place + 1 :]
        elif slip < 0.6:
            changed = text[: place - 1] + letter.lower() + text[place - 1].lower() + text[place + 1 :]
            changed = changed[0].upper() + changed[1:]
        elif slip < 0.85:
            changed = text[:place] + text[place + 1 :]
        else:
            changed = text[:place] + letter + text[place:]
        if changed != text:
            return changed


def _grouped(digits: str, area: int) -> tuple[str, str, str, str]:
    rest = digits[1 + area :]
    return digits[1 : 1 + area], rest[:-4], rest[-4:-2], rest[-2:]


def _plus(digits: str) -> str:
    return "+" + digits


def _spaced(digits: str) -> str:
    a, b, c, d = _grouped(digits, 3)
    return f"+7 {a} {b}-{c}-{d}"


def _bracketed(digits: str) -> str:
    a, b, c, d = _grouped(digits, 3)
    return f"+7 ({a}) {b}-{c}-{d}"


def _eight_brackets(digits: str) -> str:
    a, b, c, d = _grouped(digits, 3)
    return f"8 ({a}) {b}-{c}-{d}"


def _eight_dashes(digits: str) -> str:
    a, b, c, d = _grouped(digits, 3)
    return f"8-{a}-{b}-{c}-{d}"


def _eight(digits: str) -> str:
    return "8" + digits[1:]


def _bare(digits: str) -> str:
    return digits[1:]


def _bare_dashes(digits: str) -> str:
    a, b, c, d = _grouped(digits, 3)
    return f"{a}-{b}-{c}-{d}"


def _eight_glued(digits: str) -> str:
    return f"8{digits[1:7]}-{digits[7:]}"


def _tight_brackets(digits: str) -> str:
    return f"8({digits[1:4]}){digits[4:]}"


def _slashes(digits: str) -> str:
    a, b, c, d = _grouped(digits, 3)
    return f"+7/{a}/{b}-{c}-{d}"


def _dots(digits: str) -> str:
    a, b, c, d = _grouped(digits, 3)
    return f"8.{a}.{b}.{c}.{d}"


def _long_dashes(digits: str) -> str:
    a, b, c, d = _grouped(digits, 3)
    return f"({a}) {b}–{c}–{d}"


def _hard_spaces(digits: str) -> str:
    a, b, c, d = _grouped(digits, 3)
    return f"+7 ({a})\u00a0{b}-{c}-{d}"


def _padded(digits: str) -> str:
    return f"  8 {digits[1:4]} {digits[4:7]} {digits[7:]}   "


def _from_excel(digits: str) -> str:
    return digits + ".0"


def _as_is(digits: str) -> str:
    return digits


def _apostrophe(digits: str) -> str:
    return "'+" + digits


def _broken_bracket(digits: str) -> str:
    a, b, c, d = _grouped(digits, 3)
    return f"8 {a}) {b}-{c}-{d}"


PHONE_STYLES: Final[Weighted[Callable[[str], str]]] = Weighted(
    {
        _plus: 24,
        _as_is: 12,
        _eight: 16,
        _bracketed: 12,
        _eight_brackets: 8,
        _eight_dashes: 7,
        _spaced: 5,
        _bare: 4,
        _bare_dashes: 2,
        _eight_glued: 1.5,
        _tight_brackets: 2,
        _slashes: 0.7,
        _dots: 0.6,
        _long_dashes: 0.8,
        _hard_spaces: 0.8,
        _padded: 0.7,
        _from_excel: 0.9,
        _apostrophe: 1,
        _broken_bracket: 0.5,
    }
)
_NOTES: Final = (" (жена)", " (рабочий)", " вотсап", " WhatsApp", " после 18", " (бухгалтерия)", " секретарь")


def spell_phone(chance: Chance, digits: str, notes: bool = True) -> str:
    """Return 11 digits in one of the spellings that are found in exports, now and then with a note behind."""
    text = PHONE_STYLES.draw(chance)(digits)
    if notes and chance.random() < 0.015:
        text += chance.pick(_NOTES)
    return text


def add_extension(chance: Chance, text: str) -> str:
    """Return the number with an internal one behind."""
    return text + chance.pick((" доб. {}", " доб {}", ", доб.{}", " (доб. {})", " #{}")).format(chance.between(10, 999))


def spell_email(chance: Chance, address: str) -> str:
    """Return the address as people type it: mostly as it is, at times in capitals or with a stray sign."""
    luck = chance.random()
    if luck > 0.06:
        return address
    if luck > 0.04:
        return address.upper()
    if luck > 0.025:
        return address[0].upper() + address[1:]
    if luck > 0.015:
        return address + " "
    if luck > 0.008:
        return address.replace("@", " @")
    if luck > 0.004:
        return address + ";"
    return "e-mail: " + address


def spell_word(chance: Chance, word: str) -> str:
    """Return the word with the light mess that every base has: capitals, small letters, stray spaces."""
    luck = chance.random()
    if luck > 0.07 or not word:
        return word
    if luck > 0.04:
        return word.upper()
    if luck > 0.015:
        return word.lower()
    return word + " " if luck > 0.005 else " " + word
