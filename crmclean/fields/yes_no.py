"""Flags: what the exports of CRMs write for yes, above all in columns of refusal (opt-out)."""

import re
from typing import Final

import pandas as pd

from crmclean.fields.text import distinct_texts, fold, map_distinct, spread_verdicts

_YES: Final = frozenset(
    {
        "да", "д", "yes", "y", "true", "t", "1", "1.0", "1,0", "+", "x", "х", "v", "✓", "✔", "☑", "истина", "правда",
        "on", "вкл", "включено", "есть", "отказ", "отказался", "отказалась", "отписан", "отписался", "отписалась",
        "отписка", "unsubscribed", "opt-out", "opt out", "opted out", "dnc", "запрещено", "запрет",
    }
)  # fmt: skip
# What says yes or no and nothing besides: «отказ» says more than yes.
_BARE_YES: Final = frozenset(
    {
        "да", "д", "yes", "y", "true", "t", "1", "1.0", "1,0", "+", "✓", "✔", "☑", "✅", "истина", "правда", "on",
        "вкл", "включено", "есть",
    }
)  # fmt: skip
_BARE_NO: Final = frozenset(
    {"нет", "н", "no", "n", "false", "f", "0", "0.0", "0,0", "✗", "✘", "☐", "❌", "ложь", "off", "выкл", "выключено"}
)
# A cross marks what is chosen, unless ticks do: then it may mean no.
_CROSSES: Final = frozenset({"x", "х", "v"})
_TICKS: Final = frozenset({"✓", "✔", "☑", "✅", "+", "v"})
_DASHES: Final = frozenset({"-", "−", "–", "—"})
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


def normalize_yes_no(cells: pd.Series) -> pd.DataFrame:
    """Return ``да`` or ``нет`` for every cell of a column that says nothing else; any other column stays as it is.

    A dash says no only beside a plus; else it stands for nothing and stays. A cross (x, v) says yes, unless the
    column has ticks, beside which it may mean no.

    Args:
        cells: one column of flags, any index; one cell that says something else keeps all as they are.

    Returns:
        Columns ``value`` and ``code`` (``yes-no-normalized``, ``yes-no-unclear`` or ``""``), same index as ``cells``.

    >>> normalize_yes_no(pd.Series(["Y", "0", "", "да"]))
      value               code
    0    да  yes-no-normalized
    1   нет  yes-no-normalized
    2
    3    да
    >>> normalize_yes_no(pd.Series(["Y", "перезвонить"]))
             value            code
    0            Y
    1  перезвонить  yes-no-unclear
    """
    codes, texts = distinct_texts(cells)
    folded = [fold(text).strip(" .!'\"") for text in texts]
    meanings = _read_flags(set(folded))
    said = [meanings.get(word) for word in folded]
    if None not in said:
        values = [meaning or text for meaning, text in zip(said, texts, strict=True)]
        verdicts = ["yes-no-normalized" if value != text else "" for value, text in zip(values, texts, strict=True)]
        return spread_verdicts(cells, codes, values, verdicts)
    is_flag = any(said) or not _CROSSES.isdisjoint(folded)
    verdicts = ["yes-no-unclear" if is_flag and meaning is None else "" for meaning in said]
    return spread_verdicts(cells, codes, texts, verdicts)


def _read_flags(words: set[str]) -> dict[str, str]:
    """Return what each word of the column means: ``да``, ``нет``, or ``""`` for nothing."""
    meanings = dict.fromkeys(words & _BARE_YES, "да") | dict.fromkeys(words & _BARE_NO, "нет")
    meanings |= dict.fromkeys(words & (_DASHES | {""}), "")
    if "+" in words:
        meanings |= dict.fromkeys(words & _DASHES, "нет")
    crosses = words & _CROSSES
    if len(crosses) == 1 or crosses == {"x", "х"}:
        has_ticks = bool((words - crosses) & _TICKS)
        if crosses == {"v"} or not has_ticks:
            meanings |= dict.fromkeys(crosses, "да")
    return meanings


def _says_yes(text: str) -> bool:
    folded = fold(text).strip(" .!'\"")
    return folded in _YES or _DO_NOT.fullmatch(folded) is not None
