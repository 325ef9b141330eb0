"""Legal forms of Russia and its neighbours, short and spelled out.

Source of the rules: Civil Code of the Russian Federation, chapter 4, and the OKOPF classifier. A spelled-out form
counts wherever it stands; a short one only at the edges of the name, in capitals or beside a quote, so that a
district or a word of the name is not taken for a form.
"""

import re
from functools import lru_cache
from typing import Final

_SPELLED_OUT: Final = (
    (r"общество с ограничен\w* ответственн?ост\w*", "ООО"),
    (r"общество с дополнительн\w* ответственност\w*", "ОДО"),
    (r"товарищество с ограничен\w* ответственност\w*", "ТОО"),
    (r"публичное акционерное общество", "ПАО"),
    (r"непубличное акционерное общество", "НАО"),
    (r"открытое акционерное общество", "ОАО"),
    (r"закрытое акционерное общество", "ЗАО"),
    (r"акционерное общество", "АО"),
    (r"индивидуальный предприниматель", "ИП"),
    (r"глава крестьянского \(?фермерского\)? хозяйства", "Глава КФХ"),
    (r"крестьянское \(?фермерское\)? хозяйство", "КФХ"),
    (r"федеральное государственное унитарное предприятие", "ФГУП"),
    (r"государственное унитарное предприятие", "ГУП"),
    (r"муниципальное унитарное предприятие", "МУП"),
    (r"федеральное государственное бюджетное образовательное учреждение высшего образования", "ФГБОУ ВО"),
    (r"федеральное государственное бюджетное учреждение", "ФГБУ"),
    (r"государственное бюджетное учреждение здравоохранения", "ГБУЗ"),
    (r"государственное бюджетное учреждение", "ГБУ"),
    (r"муниципальное бюджетное учреждение", "МБУ"),
    (r"автономная некоммерческая организация", "АНО"),
    (r"некоммерческая организация", "НКО"),
    (r"товарищество собственников (?:жилья|недвижимости)", "ТСЖ"),
    (r"садоводческое некоммерческое товарищество", "СНТ"),
    (r"производственный кооператив", "ПК"),
    (r"потребительский кооператив", "ПК"),
    (r"частное (?:торговое )?унитарное предприятие", "ЧУП"),
    (r"частное предприятие", "ЧП"),
    (r"limited liability company", "LLC"),
    (r"joint stock company", "JSC"),
    (r"(?:company|co\.?,?) limited", "Co Ltd"),
)
SHORT_FORMS: Final = (
    "ФГБОУ ВО", "ФГАОУ ВО", "Глава КФХ", "ФГУП", "ФГБУ", "ФГКУ", "ГБУЗ", "ГБОУ", "МБОУ", "МБДОУ", "ФКУ", "ФГУ", "ГУП",
    "МУП", "КУП", "ЧУП", "ГБУ", "МБУ", "ГКУ", "МКУ", "МАУ", "ГАУ", "АНО", "НКО", "НАО", "ПАО", "ОАО", "ЗАО", "ООО",
    "ОДО", "ТОО", "АО", "ИП", "ЧП", "ПБОЮЛ", "КФХ", "ТСЖ", "ТСН", "СНТ", "СПК", "НПАО", "ОсОО", "ГП", "ФОП",
    "ТОВ", "ЖСК", "ГСК",
)  # fmt: skip
_LATIN_FORMS: Final = {
    "llc": "LLC", "l.l.c": "LLC", "ltd": "Ltd", "inc": "Inc", "gmbh": "GmbH", "ooo": "ООО", "oao": "ОАО", "zao": "ЗАО",
    "pao": "ПАО", "jsc": "JSC", "pjsc": "PJSC", "ojsc": "OJSC", "cjsc": "CJSC", "ag": "AG", "s.a": "SA", "llp": "LLP",
    "too": "ТОО", "corp": "Corp", "plc": "PLC", "ip": "ИП",
}  # fmt: skip
PERSONAL_FORMS: Final = frozenset({"ИП", "ЧП", "ПБОЮЛ", "КФХ", "Глава КФХ", "ФОП"})
"""Forms whose name is a person's."""

_UNSURE_IN_LOWER_CASE: Final = frozenset({"ГП", "ТОВ", "ЧП", "КУП", "МАУ", "ГАУ", "ЗАО"})
_SPELLED: Final = re.compile(
    "|".join(rf"(?P<f{number}>{pattern})" for number, (pattern, _) in enumerate(_SPELLED_OUT)), re.IGNORECASE
)
_SPELLED_STEMS: Final = (
    "обществ", "товариществ", "предпри", "хозяйств", "учреждени", "организаци", "кооператив", "limited", "joint stock",
)  # fmt: skip
"""One of these stands in every spelled-out form: most names are told to have none without the slow search."""

_QUOTE: Final = "\"«»“”„'‘’"
_SHORT: Final = "|".join(form.replace(" ", r"\s+") for form in sorted(SHORT_FORMS, key=len, reverse=True))
_LATIN: Final = "|".join(sorted(map(re.escape, _LATIN_FORMS), key=len, reverse=True))
_LEADING: Final = re.compile(rf"^[\s{_QUOTE}]*(?P<form>{_SHORT}|{_LATIN})(?![\w-])\.?[\s,:]*", re.IGNORECASE)
_GLUED: Final = re.compile(rf"^\s*(?P<form>{_SHORT})(?=[{_QUOTE}]|[A-Z])")
_TRAILING: Final = re.compile(
    rf"(?:(?P<comma>,)\s*|(?<=[\s{_QUOTE}]))(?P<form>{_SHORT}|{_LATIN})\.?[\s{_QUOTE}]*$", re.IGNORECASE
)
_DISTRICT_AUTHORITY: Final = re.compile(
    r"(?i)\b(?:управлени|префектур|управа|район|округ|департамент|отдел|администраци|центр\w* соц|школ|поликлиник)"
)


def take_form(text: str) -> tuple[str, str]:
    """Return the legal form in its standard short spelling (``""`` if there is none), and the text without it.

    >>> take_form('Общество с ограниченной ответственностью"Питстоп"'), take_form("Ромашка ООО")
    (('ООО', '"Питстоп"'), ('ООО', 'Ромашка'))
    >>> take_form("Управление соцзащиты Можайского района, ЗАО")
    ('', 'Управление соцзащиты Можайского района, ЗАО')
    """
    lowered = text.lower()
    spelled = _SPELLED.search(text) if any(stem in lowered for stem in _SPELLED_STEMS) else None
    if spelled:
        form = _SPELLED_OUT[int((spelled.lastgroup or "f0")[1:])][1]
        rest = f"{text[: spelled.start()]} {text[spelled.end() :]}".strip(" ,")
        # «Общество с ограниченной ответственностью ООО "Питстоп"» says it twice.
        return form, _take_short(rest, form)
    for pattern in (_LEADING, _GLUED):
        match = pattern.match(text)
        if match and _is_form(match.group("form")) and text[match.end() :].strip(f" {_QUOTE}.,-"):
            return standard_form(match.group("form")), text[match.end() :].strip()
    match = _TRAILING.search(text)
    if match and _is_form(match.group("form")) and text[: match.start()].strip(f" {_QUOTE}.,-"):
        if match.group("comma") and _DISTRICT_AUTHORITY.search(text):
            # ЗАО, САО, ЮАО: the administrative district of Moscow, not a form.
            return "", text
        return standard_form(match.group("form")), text[: match.start()].strip(" ,")
    return "", text


def _take_short(rest: str, form: str) -> str:
    match = _LEADING.match(rest) or _GLUED.match(rest)
    if match and standard_form(match.group("form")) == form and rest[match.end() :].strip():
        return rest[match.end() :].strip()
    return rest


@lru_cache(maxsize=4096)
def standard_form(form: str) -> str:
    """Return a short form as it is written in registers.

    >>> standard_form("ооо"), standard_form("Llc")
    ('ООО', 'LLC')
    """
    spaced = " ".join(form.split())
    latin = _LATIN_FORMS.get(spaced.lower().rstrip("."))
    if latin:
        return latin
    return next((known for known in SHORT_FORMS if known.lower() == spaced.lower()), spaced.upper())


def _is_form(text: str) -> bool:
    """Tell whether the letters can be meant as a form: rare ones only in capitals."""
    standard = standard_form(text)
    return text.isupper() or standard not in _UNSURE_IN_LOWER_CASE
