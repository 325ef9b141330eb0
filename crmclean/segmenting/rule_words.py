"""The words of the language of rules, English and Russian, and which of them a mistyped one was meant to be.

No pandas here: the rules of a config are checked before anything is read.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from crmclean.core.i18n import _
from crmclean.segmenting.rule_tree import Function, Manner, Quantity, Sign

AND: Final = frozenset({"and", "и"})
OR: Final = frozenset({"or", "или"})
NOT: Final = frozenset({"not", "не"})
IN: Final = frozenset({"in", "в"})
IS: Final = frozenset({"is", "это"})
HAS: Final = frozenset({"has", "есть"})
BETWEEN: Final = frozenset({"between", "между"})
EMPTY: Final = frozenset({"empty", "пусто", "пуст", "пуста", "пусты", "пустой", "пустая", "пустое", "пустые"})
FILLED: Final = frozenset({"filled", "заполнено", "заполнен", "заполнена", "заполнены"})
YES: Final = frozenset({"yes", "да"})
TODAY: Final = frozenset({"today", "сегодня"})
ALWAYS: Final = frozenset({"always", "всегда"})

_MORE: Final = frozenset({"больше", "более"})
_LESS: Final = frozenset({"меньше", "менее"})
_EQUAL: Final = frozenset({"равно", "равен", "равна", "равны"})
OPPOSITE: Final[Mapping[Sign, Sign]] = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
COMPARING: Final[Mapping[str, Sign]] = {
    **dict.fromkeys(_MORE, ">"),
    **dict.fromkeys(_LESS, "<"),
    **dict.fromkeys(_EQUAL, "="),
}

MANNERS: Final[Mapping[tuple[str, ...], Manner]] = {
    ("contains",): "contains",
    ("contain",): "contains",
    ("содержит",): "contains",
    ("содержат",): "contains",
    ("starts", "with"): "starts with",
    ("начинается", "с"): "starts with",
    ("начинается", "со"): "starts with",
    ("ends", "with"): "ends with",
    ("кончается", "на"): "ends with",
    ("заканчивается", "на"): "ends with",
    ("like",): "like",
    ("похоже", "на"): "like",
    ("похож", "на"): "like",
    ("похожа", "на"): "like",
}
QUANTITIES: Final[Mapping[str, Quantity]] = {
    **dict.fromkeys(("any", "любой", "любая", "любое", "любые", "любого"), "any"),
    **dict.fromkeys(("all", "все", "всё"), "all"),
}

PHRASES: Final[Mapping[str, str]] = {words[0]: " ".join(words) for words in MANNERS}
"""Words of several of which one was found, by the first."""

FUNCTIONS: Final[Mapping[str, Function]] = {
    "days_since": "days_since",
    "дней_с": "days_since",
    "дней_со": "days_since",
    "days_until": "days_until",
    "дней_до": "days_until",
    "months_since": "months_since",
    "месяцев_с": "months_since",
    "месяцев_со": "months_since",
    "count": "count",
    "число": "count",
    "количество": "count",
    "length": "length",
    "длина": "length",
    "year": "year",
    "год": "year",
    "month": "month",
    "месяц": "month",
    "day": "day",
    "день": "day",
    "weekday": "weekday",
    "день_недели": "weekday",
}

RESERVED: Final = frozenset().union(AND, OR, NOT, IN, IS, HAS, BETWEEN, EMPTY, FILLED, COMPARING) | {
    words[0] for words in MANNERS
}
"""Words that end a heading written without brackets."""

CLASS_NAMES: Final = (
    "new", "no-answer", "postponed", "in-work", "has-tasks", "agreeing", "payment", "won", "lost", "refused", "gone",
    "junk", "duplicate", "archived", "open", "closed",
)  # fmt: skip
"""The classes of ``hygiene.statuses`` and the groups open and closed; won and lost are groups too."""

_RUSSIAN_CLASSES: Final = {
    "new": "новый новая новые",
    "no-answer": "недозвон",
    "postponed": "отложен отложена отложено",
    "in-work": "в_работе",
    "has-tasks": "есть_задачи",
    "agreeing": "согласование на_согласовании",
    "payment": "оплата на_оплате ждет_оплаты",
    "won": "выигран выиграна выиграно успех",
    "lost": "проигран проиграна проиграно потерян потеряна потеряно",
    "refused": "отказ",
    "gone": "пропал пропала",
    "junk": "брак спам",
    "duplicate": "дубль",
    "archived": "архив в_архиве",
    "open": "открыт открыта открыто",
    "closed": "закрыт закрыта закрыто",
}
CLASS_WORDS: Final[Mapping[str, str]] = {
    **{name.replace("-", " "): name for name in CLASS_NAMES},
    **{word.replace("_", " "): name for name, words in _RUSSIAN_CLASSES.items() for word in words.split()},
}
"""Class by its name in words: lower case, ё as е, a space for hyphen and underscore."""

MOST_WORDS_OF_CLASS: Final = 2

FACTORS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("k", "к", "тыс", "тысяч", "тысяча", "тысячи"), 1_000),
    **dict.fromkeys(("млн", "миллион", "миллиона", "миллионов", "million"), 1_000_000),
    **dict.fromkeys(("млрд", "миллиард", "миллиарда", "миллиардов", "billion"), 1_000_000_000),
}

SIGNS: Final[Mapping[str, Sign]] = {
    "=": "=", "==": "=", "!=": "!=", "<>": "!=", "≠": "!=", "<": "<", "<=": "<=", "≤": "<=", ">": ">", ">=": ">=",
    "≥": ">=",
}  # fmt: skip
WRONG_SIGNS: Final[Mapping[str, str]] = {
    "=>": ">=", "=<": "<=", "===": "=", "!==": "!=", "=!": "!=", "><": "!=", "&&": "and", "||": "or", "&": "and",
    "|": "or", "!": "not", "–": "-", "—": "-", "×": "*", "÷": "/", ":=": "=", "^": "*",
}  # fmt: skip

# The letters of fields.text, which needs pandas.
_CYRILLIC: Final = "АВСЕНКМОРТХУасеорхукі"
_LATIN: Final = "ABCEHKMOPTXYaceopxyki"
_TO_LATIN: Final = str.maketrans(_CYRILLIC, _LATIN)
_TO_CYRILLIC: Final = str.maketrans(_LATIN, _CYRILLIC)


def fold_word(text: str) -> str:
    """Return words in lower case, with ё as е and single spaces."""
    return " ".join(text.lower().replace("ё", "е").split())


def fold_class(text: str) -> str:
    """Return a class in words, as the keys of ``CLASS_WORDS`` are."""
    return fold_word(text.replace("-", " ").replace("_", " "))


def in_latin(text: str) -> str:
    """Return the text with all Cyrillic letters that look Latin made Latin."""
    return text.translate(_TO_LATIN)


def find_near(text: str, known: Iterable[str], least: float = 0.75) -> str:
    """Return the word that was probably meant: the same in letters of the other alphabet, or nearly the same.

    Args:
        least: how alike the two must be, from 0 to 1.

    Returns:
        One of ``known``, or ``""``.
    """
    by_word: dict[str, str] = {}
    for word in known:
        by_word.setdefault(fold_word(word), word)
    folded = fold_word(text)
    for spelled in (folded, fold_word(in_latin(text)), fold_word(text.translate(_TO_CYRILLIC))):
        near = get_close_matches(spelled, by_word, n=1, cutoff=1.0 if spelled != folded else least)
        if near:
            return by_word[near[0]]
    return ""


def ask_if_meant(near: str) -> str:
    """Return the question whether a word was meant, with a space before it; ``""`` where there is none to ask."""
    return " " + _("Did you mean “{name}”?").format(name=near) if near else ""
