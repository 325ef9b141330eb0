"""Flags: what the exports of CRMs write for yes, above all in columns of refusal (opt-out)."""

import re
from typing import Final

import pandas as pd

from crmclean.fields.text import fold, map_distinct

_YES: Final = frozenset(
    {
        "да", "д", "yes", "y", "true", "t", "1", "1.0", "1,0", "+", "x", "х", "v", "✓", "✔", "☑", "истина", "правда",
        "on", "вкл", "включено", "есть", "отказ", "отказался", "отказалась", "отписан", "отписался", "отписалась",
        "отписка", "unsubscribed", "opt-out", "opt out", "opted out", "dnc", "запрещено", "запрет",
    }
)  # fmt: skip
_DO_NOT: Final = re.compile(
    r"(?:просьба |просил[аи]? )?(?:больше )?не (?:звонить|беспокоить|писать|рассылать|отправлять|присылать"
    r"|контактировать|связываться|тревожить)\b.*|do not (?:call|contact|e-?mail|mail|disturb)\b.*"
    r"|don'?t (?:call|contact|e-?mail)\b.*"
    r"|отказ(?:ался|алась)? от\b.*|отписал(?:ся|ась) от\b.*"
)


def is_yes(cells: pd.Series) -> pd.Series:
    """Tell which cells say yes, or in words what a flag of refusal means («не звонить»); same index.

    >>> is_yes(pd.Series(["Да", "N", "1", "", "Не звонить!", "нет"])).tolist()
    [True, False, True, False, True, False]
    """
    return map_distinct(cells, lambda text: "1" if _says_yes(text) else "") == "1"


def _says_yes(text: str) -> bool:
    folded = fold(text).strip(" .!'\"")
    return folded in _YES or _DO_NOT.fullmatch(folded) is not None
