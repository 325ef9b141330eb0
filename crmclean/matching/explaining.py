"""Why two records are, or are not, one client: in words, and field by field with weights."""

import numpy as np
import pandas as pd

from crmclean.core.i18n import _
from crmclean.matching.arrays import MISSING, Ints, MultiCoded
from crmclean.matching.model import Comparison
from crmclean.matching.records import Companies, People
from crmclean.matching.scoring import Scored


def reasons(scored: Scored, links: Ints) -> "pd.Series[str]":
    """Return for each of ``links`` what speaks for it, the strongest first, then what speaks against it.

    As in «phone, last name, first name (diminutive)».
    """
    compared = scored.compared
    levels = compared.levels[links].astype(np.int64)
    order = np.argsort(-scored.parts[links], axis=1, kind="stable")
    # One sentence per distinct pattern of levels in their order of weight.
    pattern = np.column_stack([levels, order])
    distinct, place = np.unique(pattern, axis=0, return_inverse=True)
    width = len(compared.comparisons)
    texts = [_sentence(compared.comparisons, row[:width], row[width:]) for row in distinct]
    return pd.Series(np.array(texts, dtype=object)[place.ravel()] if len(links) else [], dtype="str")


def comparison_table(scored: Scored, links: Ints, values: "list[pd.DataFrame]") -> pd.DataFrame:
    """Return links field by field: link (its place in ``links``), comparison, level, value_a, value_b, weight.

    Args:
        values: what ``people_values`` or ``company_values`` gives for the left and for the right records.
    """
    compared = scored.compared
    parts: list[pd.DataFrame] = []
    for place, item in enumerate(compared.comparisons):
        level = compared.levels[links, place].astype(np.int64)
        known = np.flatnonzero(level > 0)
        codes = np.array(["", *(one.code for one in item.levels)], dtype=object)
        parts.append(
            pd.DataFrame(
                {
                    "link": known,
                    "comparison": item.name,
                    "level": codes[level[known]],
                    "value_a": values[0][item.name].to_numpy(object)[known],
                    "value_b": values[1][item.name].to_numpy(object)[known],
                    "weight": scored.parts[links[known], place],
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["link", "weight"], ascending=[True, False], kind="stable", ignore_index=True)


def people_values(people: People, records: Ints) -> pd.DataFrame:
    """Return the compared values of people as text, one column per comparison."""
    columns = {
        "last_name": people.shown["last"].take(records).to_numpy(),
        "first_name": people.shown["first"].take(records).to_numpy(),
        "middle_name": people.shown["middle"].take(records).to_numpy(),
        "phone": _joined(people.phone, records),
        "email": _joined(people.email, records),
        "birthday": _dates(people.birthday[records]),
        "company": people.shown["company"].take(records).to_numpy(),
        "city": people.city.text(records),
    }
    return pd.DataFrame(columns)


def company_values(companies: Companies, records: Ints) -> pd.DataFrame:
    """Return the compared values of companies as text, one column per comparison."""
    columns = {
        "company": companies.shown.take(records).to_numpy(),
        "inn": companies.inn.text(records),
        "phone": _joined(companies.phone, records),
        "email": _joined(companies.email, records),
        "city": companies.city.text(records),
    }
    return pd.DataFrame(columns)


def _sentence(comparisons: tuple[Comparison, ...], levels: Ints, order: Ints) -> str:
    words: list[str] = []
    against: list[str] = []
    for place in order.tolist():
        level = int(levels[place])
        if level == 0:
            continue
        item = comparisons[place]
        title = item.levels[level - 1].title
        words_of = against if level == len(item.levels) else words
        words_of.append(_(item.title) + (f" ({_(title)})" if title and words_of is words else ""))
    text = ", ".join(words)
    if against:
        text = _("{agreeing}; different: {differing}").format(agreeing=text, differing=", ".join(against))
    return text


def _joined(values: MultiCoded, records: Ints) -> "pd.Series[str]":
    texts = values.values.to_numpy(object)
    return pd.Series(
        [", ".join(texts[values.code[values.start[i] : values.start[i + 1]]]) for i in records.tolist()], dtype="str"
    )


def _dates(days: Ints) -> "pd.Series[str]":
    dates = pd.Series(np.datetime64("0001-01-01", "D") + days.clip(min=0))
    texts: pd.Series[str] = dates.dt.strftime("%d.%m.%Y").where(pd.Series(days != MISSING), "").astype("str")
    return texts
