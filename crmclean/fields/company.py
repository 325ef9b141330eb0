"""Companies: the name and the legal form, the standard spelling, and the keys that find one company again.

Source of the rules: Civil Code of the Russian Federation, art. 54 (a firm name holds the legal form and the name
proper), written in the registers as ООО «Ромашка».
"""

from typing import Final

import pandas as pd

from crmclean.fields.company_column import read_company_column
from crmclean.fields.company_form import is_form, standard_form
from crmclean.fields.company_key import make_company_key, make_sound_key
from crmclean.fields.company_name import read_company
from crmclean.fields.company_shape import ShapeReader
from crmclean.fields.text import encode_texts, map_distinct, take_texts

_PARTS: Final = ("name", "display", "legal_form", "code")
"""What is read of a name; the first two hold its words."""


def parse_companies(cells: pd.Series) -> pd.DataFrame:
    """Return the name, the legal form and the standard spelling of every company.

    Args:
        cells: texts, any index.

    Returns:
        Columns ``name``, ``legal_form`` (``""`` if there is none) and ``display``, same index.

    >>> parse_companies(pd.Series(['Ромашка, ООО', 'ооо "ромашка"', 'ИП Иванов Иван']))
              name legal_form         display
    0      Ромашка        ООО   ООО «Ромашка»
    1      ромашка        ООО   ООО «ромашка»
    2  Иванов Иван         ИП  ИП Иванов Иван
    """
    return _read_distinct(cells, "name", "display", "legal_form")[["name", "legal_form", "display"]]


def normalize_companies(cells: pd.Series) -> pd.DataFrame:
    """Return companies as ООО «Ромашка»: form, quotes, spaces and look-alike letters; the words stay as they are.

    Returns:
        Columns ``value`` and ``code`` (one of the ``company-…`` codes or ``""``), same index.

    >>> normalize_companies(pd.Series(['ООО"Салюc"', "ООО «Ромашка»", "нет"]))
               value                 code
    0    ООО «Салюс»   company-normalized
    1  ООО «Ромашка»
    2            нет  company-placeholder
    """
    return _read_distinct(cells, "display", "code").rename(columns={"display": "value"})


def settle_companies(name: pd.Series, form: pd.Series) -> pd.DataFrame:
    """Return the name and the legal form of every row, where the form has a column of its own.

    The name is normalised as it stands; the form gets its short spelling. Nothing moves between the two columns.

    Args:
        name, form: texts of one length and index.

    Returns:
        Columns ``value`` and ``code`` of the name, ``form`` and ``form_code`` of the legal form, and ``display``
        (name and form together), same index.

    >>> settle_companies(pd.Series(["Ромашка"]), pd.Series(["общество с ограниченной ответственностью"]))
         value code form           form_code        display
    0  Ромашка       ООО  company-normalized  ООО «Ромашка»
    """
    read = _read_distinct(name, "display", "legal_form", "code")
    settled = read[["display", "code"]].rename(columns={"display": "value"})
    settled["form"] = map_distinct(form, lambda text: standard_form(text) if is_form(text) else text)
    changed = settled["form"].ne(form.astype("str"))
    settled["form_code"] = pd.Series("", index=name.index, dtype="str").mask(changed, "company-normalized")
    own = read["legal_form"]
    known = settled["form"].where(map_distinct(settled["form"], lambda text: "1" if is_form(text) else "") == "1", "")
    differs = own.ne("") & known.ne("") & own.ne(known)
    settled["code"] = settled["code"].mask(differs, (settled["code"] + " company-form-differs").str.strip())
    adds = own.eq("") & known.ne("") & settled["value"].ne("") & read["code"].ne("company-placeholder")
    joined = (known + " " + settled["value"]).where(adds, settled["value"])
    settled["display"] = normalize_companies(joined)["value"]
    return settled


def company_key(cells: pd.Series) -> pd.Series:
    """Return the key of a company: its folded name without form, quotes and punctuation; ``""`` for a placeholder.

    A former name («бывш. …») and a second name in brackets do not count; numbers and branches do. The name of a person
    with a form (ИП) stands in one order.

    >>> company_key(pd.Series(['ООО «Мебельщик» (бывш.ООО «Фирма «Фараон»)', "Салюc фарм", "нет"])).tolist()
    ['мебельщик', 'салюс фарм', '']
    """
    reader = ShapeReader(lambda text: (make_company_key(text),), folds=True)
    codes, texts = encode_texts(cells)
    return take_texts(read_company_column(texts, reader)[0], codes, cells.index)


def company_sound_key(cells: pd.Series) -> pd.Series:
    """Return a key that a Cyrillic name and its usual Latin spelling share; same index.

    >>> company_sound_key(pd.Series(["ООО Димон-Т", "Dimon-T Ltd", "Химавтоматика", "Khimavtomatika"])).tolist()
    ['dimont', 'dimont', 'himavtomatika', 'himavtomatika']
    """
    return map_distinct(company_key(cells), make_sound_key)


def is_placeholder_company(cells: pd.Series) -> pd.Series:
    """Tell which cells name no company («Новая компания», «нет», «физлицо»); an empty cell is none of them.

    >>> is_placeholder_company(pd.Series(["Новая компания", "-", "Ромашка", ""])).tolist()
    [True, True, False, False]
    """
    return _read_distinct(cells, "code")["code"] == "company-placeholder"


def _read_distinct(cells: pd.Series, *parts: str) -> pd.DataFrame:
    """Return the columns ``parts`` of ``_PARTS`` in their order there: every distinct text is read once."""
    codes, texts = encode_texts(cells)
    columns = dict(zip(_PARTS, read_company_column(texts, ShapeReader(_read_parts, constants=2)), strict=True))
    return pd.DataFrame(
        {name: take_texts(column, codes, cells.index) for name, column in columns.items() if name in parts}
    )


def _read_parts(text: str) -> tuple[str, str, str, str]:
    company = read_company(text)
    return company.name, company.display, company.form, company.code
