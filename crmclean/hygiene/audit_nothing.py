"""Words that people type into a field to get past it: they say as little as an empty cell."""

import re
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmclean.fields.text import fold, map_distinct

_NOTHING: Final = re.compile(
    r"нет(?: данных| информации| ответственного| источника)?|н\W?/?д\W?|отсутству\w+|пусто|прочерк"
    r"|не (?:указан|известен|известн|назначен|заполнен|выбран|определен|распределен|установлен|задан)\w*"
    r"|неизвест\w+|без (?:ответственного|источника|названия|имени)|none|null|nan|n/?a|unknown|undefined"
    r"|not (?:set|specified|assigned|known)|unassigned|no (?:source|owner)|x+|х+|[\W_]*"
)


def says_something(cells: "pd.Series[str]") -> NDArray[np.bool_]:
    """Tell which cells hold more than a word for «nothing».

    >>> says_something(pd.Series(["Авито", "-", "Не указан", "", "n/a"])).tolist()
    [True, False, False, False, False]
    """
    said = map_distinct(cells, lambda text: "" if _NOTHING.fullmatch(fold(text).strip(" .,!?()[]")) else "1")
    return said.eq("1").to_numpy(dtype=np.bool_)
