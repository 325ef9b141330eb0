"""INN, KPP and OGRN of one row together: a number that was typed into another's column goes to its own."""

from typing import Final

import pandas as pd

from crmclean.fields.identifier_text import clean_numbers
from crmclean.fields.inn import inn_keys, normalize_inn
from crmclean.fields.registration import normalize_kpp, normalize_ogrn

_COLUMNS: Final = ("inn", "kpp", "ogrn")


def settle_identifiers(inn: pd.Series, kpp: pd.Series | None, ogrn: pd.Series | None) -> pd.DataFrame:
    """Return the three numbers of every row, each normalised and in its own column.

    A KPP or OGRN in the INN cell moves only where it is certain (an OGRN by its control digit, a KPP beside a proved
    INN or of the usual shape) and its own column exists and is empty or says the same. Nothing else moves: the cell
    stays with a doubt that says what it is.

    Args:
        inn, kpp, ogrn: texts of one length and index; ``None`` where the table has no such column.

    Returns:
        Columns ``inn``, ``kpp``, ``ogrn``, ``inn_code``, ``kpp_code``, ``ogrn_code``; same index. Columns of a
        number that the table has not are ``""``.

    >>> cells = pd.Series(["7707083893/770701001", "772401001"])
    >>> settle_identifiers(cells, pd.Series(["", ""]), None)[["inn", "kpp", "inn_code", "kpp_code"]]
              inn        kpp   inn_code   kpp_code
    0  7707083893  770701001  kpp-moved  kpp-moved
    1              772401001  kpp-moved  kpp-moved
    """
    settled = _normalize_each(inn, kpp, ogrn)
    if kpp is not None:
        keys = inn_keys(inn)
        beside = keys["kpp"].where(keys["kpp"].ne(""), _sole_kpp(inn, settled["inn_code"]))
        _move(settled, "kpp", beside, keys["inn"])
        differs = keys["kpp"].ne("") & settled["kpp"].ne(keys["kpp"]) & settled["kpp_code"].isin(["", "kpp-normalized"])
        settled["inn_code"] = settled["inn_code"].mask(differs, _add_code(settled["inn_code"], "kpp-differs"))
    if ogrn is not None:
        bare = _clean(inn).where(settled["inn_code"].eq("inn-is-ogrn"), "")
        _move(settled, "ogrn", bare, pd.Series("", index=inn.index, dtype="str"))
    return settled


def _normalize_each(inn: pd.Series, kpp: pd.Series | None, ogrn: pd.Series | None) -> pd.DataFrame:
    settled = pd.DataFrame(index=inn.index)
    parts = (
        normalize_inn(inn),
        None if kpp is None else normalize_kpp(kpp),
        None if ogrn is None else normalize_ogrn(ogrn),
    )
    for suffix, source in (("", "value"), ("_code", "code")):
        for name, part in zip(_COLUMNS, parts, strict=True):
            settled[name + suffix] = pd.Series("", index=inn.index, dtype="str") if part is None else part[source]
    return settled


def _sole_kpp(inn: pd.Series, code: pd.Series) -> pd.Series:
    """Return the KPP that stands alone in the cell of the INN."""
    return _clean(inn).where(code.eq("inn-is-kpp"), "")


def _clean(cells: pd.Series) -> pd.Series:
    return pd.Series(clean_numbers(cells.tolist()), index=cells.index, dtype="str")


def _move(settled: pd.DataFrame, name: str, found: pd.Series, left: pd.Series) -> None:
    """Put ``found`` into the column ``name`` where that is empty or says the same; ``left`` stays as the INN."""
    moves = found.ne("") & (settled[name].str.strip().eq("") | settled[name].eq(found))
    fills = moves & settled[name].ne(found)
    settled["inn"] = settled["inn"].mask(moves, left)
    settled["inn_code"] = settled["inn_code"].mask(moves, f"{name}-moved")
    settled[name] = settled[name].mask(fills, found)
    settled[f"{name}_code"] = settled[f"{name}_code"].mask(fills, f"{name}-moved")


def _add_code(codes: pd.Series, code: str) -> pd.Series:
    return (codes + f" {code}").str.strip()
