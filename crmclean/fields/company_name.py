"""The name of one company: its parts, and its spelling as ООО «Ромашка» wherever that is certain.

Source of the rules: Civil Code of the Russian Federation, art. 54 and 1473 (a firm name holds the legal form and the
name proper), written in the registers as ООО «Ромашка»; the name of a person is not quoted.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Final

from crmclean.fields.company_form import FoundForm, find_form, is_form
from crmclean.fields.company_quotes import count_marks, direct_quotes, strip_marks, unify_marks
from crmclean.fields.full_name import SURNAME_END, gender_of_patronymic, is_initial_word, rank_as_given
from crmclean.fields.given_names import key_of_words
from crmclean.fields.name_spelling import spell_name
from crmclean.fields.text import collapse_spaces, fold, restore_cyrillic

FORMER: Final = re.compile(
    r"[\s(,]*\(?\s*(?<![^\W_])(?:бывш\w*|ранее|прежнее название|до переименования|экс|ex|formerly)(?![^\W_])[.:\s-].*$",
    re.IGNORECASE,
)
_CERTAIN_TAIL: Final = re.compile(
    r"(?i)\s*[,(]?\s*(?<![^\W_])(?:бывш\w*[.:\s]|ранее\s|(?<=,)\s*(?:филиал|обособленное|представительство)\b).*$"
)
_LATIN_ROMAN: Final = re.compile(r"(?<![^\W_])(?=[ХхIVXІ]*[IVІ])(?=[IVXІ]*Х)[ХIVXІ]{2,6}(?=в?(?![^\W_]))")
_TO_LATIN: Final = str.maketrans("ХІ", "XI")
_ROMAN: Final = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_TANGLED: Final = re.compile(r"[()\[\]{},;:/\\|@=<>*?_]|\d{6}|\s[-–—]\s")
_NOTE: Final = re.compile(
    r"(?i)(?<![^\W_])(?:(?:г|гор|ул|тел|обл|пос|кв|оф|моб|факс|сот)\."
    r"|(?:не звонить|не работа\w+|должник|дубль|удалить|закрыт\w*|ликвидирован\w*|инн|кпп|огрн|тел|телефон|филиал|оп"
    r"|обособленное|представительство|склад на|район|области|перезвонить|vip клиент|клиент|старая карточка|архив|https?"
    r"|www)(?![^\W_]))"
)
_NOT_A_COMPANY: Final = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)\S+|\+?[\d\s()\u00a0.-]{4,}", re.IGNORECASE
)
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.\s?){1,2}")
_MOST_WORDS: Final = 6

_PLACEHOLDER: Final = re.compile(
    r"(?:новая |новый )?(?:компания|организация|фирма|контрагент|клиент)(?: ?\d*)"
    r"|без (?:названия|компании|имени|организации)|нет(?: (?:данных|компании|названия|организации))?"
    r"|не указан[аоы]?|отсутствует|неизвестн[аоы]\w*|тест\w*(?: \w*тест\w*)*"
    r"|test(?: company)?|new company|company|no(?:ne| company| name)?|n/?a|null|nan|unknown|н/?д|нд|нет|прочее|прочие"
    r"|физ\.? ?лиц[оа]|физлиц[оа]|частное лицо|физическое лицо|частник|розница|розничный покупатель|самозанят\w+|ччл"
    r"|asdf\w*|qwe\w*|фыва\w*|([^\W\d_])\1*|\d{1,3}"
)
NAME_PATTERNS: Final = (FORMER, _CERTAIN_TAIL, _NOTE, _NOT_A_COMPANY, _PLACEHOLDER)
"""The patterns of this module that name words."""
_EDGES: Final = "\"«»“”„‟″ .,-—_()'!?#"


@dataclass(frozen=True)
class CompanyName:
    """The name proper, the legal form (``""`` if none), the spelling to show, and the code of what was decided."""

    name: str
    form: str
    display: str
    code: str


def read_company(text: str) -> CompanyName:
    """Return the parts of a company's name and its spelling; the text itself where it is not certain.

    >>> read_company('ооо "Ромашка"').display, read_company("Ромашка  плюс").display, read_company("ООО АО Луч").code
    ('ООО «Ромашка»', 'Ромашка плюс', 'company-unclear')
    """
    if is_placeholder_name(text):
        return CompanyName(text, "", text, "company-placeholder")
    clean = collapse_spaces(text)
    if not clean:
        return CompanyName("", "", text, "")
    if _NOT_A_COMPANY.fullmatch(clean):
        return CompanyName(clean, "", text, "company-not-a-company")
    name, form, spelled = _spell(clean)
    # What would be spelled anew the next time was not certain.
    if spelled is None or (spelled != text and _spell(spelled)[2] != spelled):
        return CompanyName(name, form, text, "company-unclear")
    return CompanyName(name, form, spelled, "" if spelled == text else "company-normalized")


def prepare_name(text: str) -> str:
    """Return a name with single spaces, one sort of quotes, and the look-alike letters of the other alphabet put right.

    >>> prepare_name("Салюc  <<ХХI>>")
    'Салюс «XXI»'
    """
    return _LATIN_ROMAN.sub(_spell_roman, restore_cyrillic(unify_marks(collapse_spaces(text))))


def is_person_name(text: str) -> bool:
    """Tell whether a text of two to four words is a person: a patronymic, a known given name, or initials.

    >>> is_person_name("Иванов И.И."), is_person_name("Иванов Иван Иванович"), is_person_name("Мир тканей")
    (True, True, False)
    """
    words = _INITIALS.sub(lambda match: f" {match.group().replace(' ', '')} ", text).split()
    if not 2 <= len(words) <= 5 or any(character.isdigit() for character in text):
        return False
    if not all(word.replace("-", "").replace(".", "").isalpha() for word in words):
        return False
    long = [word for word in words if not is_initial_word(word) and not _INITIALS.fullmatch(word)]
    if len(long) < len(words):
        return len(long) == 1 and len(long[0]) > 1
    return any(gender_of_patronymic(word) for word in long[1:]) or (
        any(rank_as_given(word) == 3 for word in long)
        and any(SURNAME_END.fullmatch(key_of_words(fold(word))) for word in long)
    )


def is_placeholder_name(text: str) -> bool:
    """Tell whether a cell names no company («Новая компания», «нет», a form alone); an empty text is none.

    >>> [is_placeholder_name(text) for text in ("Новая компания", "ООО", 'ООО "Тест"', "Ромашка", "")]
    [True, True, True, False, False]
    """
    folded = fold(text).strip(_EDGES)
    if not folded:
        return bool(text.strip())
    if _PLACEHOLDER.fullmatch(folded) or is_form(folded):
        return True
    found = find_form(folded)
    rest = found.rest.strip(_EDGES)
    if not found.form or found.place == "inside":
        return False
    return not rest or is_form(rest) or (len(rest) > 3 and _PLACEHOLDER.fullmatch(rest) is not None)


def _spell(clean: str) -> tuple[str, str, str | None]:
    """Return the name, the form and the spelling of a text with single spaces; no spelling where it is unclear."""
    prepared = prepare_name(clean)
    found = _drop_second_form(find_form(prepared))
    if found is None:
        return prepared, "", None
    if not found.form or found.place == "inside":
        whole = _spell_without_form(prepared)
        name = strip_marks(prepared) if _is_quoted_whole(whole) else prepared
        return name, found.form, whole
    rest = unify_marks(_close_up(found))
    name = strip_marks(rest) if count_marks(rest) == 1 or _is_quoted_whole(direct_quotes(rest)) else rest
    if found.kind == "foreign":
        return name, found.form, _spell_without_form(prepared)
    return (
        name,
        found.form,
        _spell_person(found, rest) if found.kind == "person" else _spell_firm(found, rest, prepared),
    )


def _is_quoted_whole(directed: str | None) -> bool:
    """Tell whether one pair of quotes stands around all of the text."""
    if directed is None:
        return False
    return directed.startswith("«") and directed.endswith("»") and count_marks(directed) == 2


def _drop_second_form(found: FoundForm) -> FoundForm | None:
    """Return the form with the name only, where the text says it twice; ``None`` where it says two forms."""
    if not found.form or found.place == "inside":
        return found
    again = find_form(found.rest)
    if not again.form or again.place == "inside" or (again.kind == "foreign" and again.form.isascii()):
        return found
    if again.form != found.form:
        return found if "institution" in (again.kind, found.kind) else None
    return replace(found, kind=again.kind, rest=again.rest, opened=found.opened or again.opened)


def _close_up(found: FoundForm) -> str:
    """Return the rest without the partner of a quote that stood around form and name."""
    rest = found.rest
    if not found.opened or direct_quotes(rest) is not None:
        # «"Автоматторг""» would pair as well: a closing quote too many is the partner.
        return rest
    if found.place == "front" and count_marks(rest[-1:]):
        return rest[:-1].rstrip()
    return rest[1:].lstrip() if found.place == "behind" and count_marks(rest[:1]) else rest


def _spell_without_form(prepared: str) -> str | None:
    if not count_marks(prepared) or not re.search("[а-яё]", prepared, re.IGNORECASE):
        return prepared
    directed = direct_quotes(prepared)
    if directed is None or len(directed) < len(prepared) - prepared.count(" "):
        return None
    return directed


def _spell_person(found: FoundForm, rest: str) -> str | None:
    bare = strip_marks(rest)
    if is_person_name(bare) and not count_marks(bare):
        return f"{found.form} {spell_name(bare) if _is_one_case(bare) else bare}"
    if not count_marks(rest):
        unquoted = unify_marks(rest)
        return f"{found.form} {unquoted}" if not count_marks(unquoted) else f"{found.form} {direct_quotes(unquoted)}"
    directed = direct_quotes(rest)
    return None if directed is None else f"{found.form} {directed}"


def _is_one_case(text: str) -> bool:
    words = [word for word in text.split() if "." not in word]
    return all(word.isupper() for word in words) or all(word.islower() for word in words)


def _spell_firm(found: FoundForm, rest: str, prepared: str) -> str | None:
    rest = unify_marks(rest)
    marks = count_marks(rest)
    if marks == 1:
        rest = strip_marks(rest)
        marks = count_marks(rest)
    if not marks:
        return _quote_plain(found, rest, prepared)
    directed = direct_quotes(rest)
    if directed is None:
        return None
    if found.place == "behind" and not directed.endswith("»"):
        return _spell_without_form(prepared)
    return f"{found.form} {directed}"


def _quote_plain(found: FoundForm, rest: str, prepared: str) -> str:
    """Return the form and the name in quotes, where it is certain what the name is; else the text as it stands."""
    tail = _CERTAIN_TAIL.search(rest) if found.place == "front" else None
    name, after = (rest[: tail.start()], rest[tail.start() :]) if tail and tail.start() else (rest, "")
    if not _is_plain(name) or found.kind == "institution" or (found.kind == "state" and " " in name):
        return prepared
    return f"{found.form} «{name}»{after}"


def _is_plain(name: str) -> bool:
    words = name.split()
    if not re.search(r"[^\W\d_]{2}", name) or len(words) > _MOST_WORDS or _TANGLED.search(name) or _NOTE.search(name):
        return False
    cities = load_cities()
    return len(words) == 1 or not (fold(words[-1]) in cities or fold(" ".join(words[-2:])) in cities)


@lru_cache(maxsize=1)
def load_cities() -> frozenset[str]:
    """Return the large cities, folded: behind a name without quotes they may be of the name or not.

    >>> "самара" in load_cities()
    True
    """
    source = files("crmclean.fields") / "data" / "major_cities.txt"
    return frozenset(fold(line) for line in source.read_text("utf-8").splitlines())


def _spell_roman(match: re.Match[str]) -> str:
    latin = match.group().translate(_TO_LATIN)
    return latin if _ROMAN.fullmatch(latin) else match.group()
