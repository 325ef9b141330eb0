"""E-mails: the addresses of a cell, their standard form, and the key that finds one mailbox in two spellings.

All functions work on whole columns and decide each distinct text once: plain addresses in Arrow
(``email_plain``), whatever else stands in a cell one by one (``email_cell``); a test holds both to one answer.
What an address is, says ``email_address``; what is known of its domain, ``email_provider``; of its owner,
``email_mailbox``.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from crmclean.fields.email_cell import WrittenCell, read_cell, write_cell
from crmclean.fields.email_column import are_fillers, are_roles, find_company_domains, find_domain, make_keys
from crmclean.fields.email_plain import read_plain_column, read_plain_lists
from crmclean.fields.email_provider import is_disposable_domain
from crmclean.fields.text import map_distinct, one_array

__all__ = [
    "company_domains",
    "email_domains",
    "email_keys",
    "is_disposable_email",
    "is_filler_email",
    "is_role_mailbox",
    "normalize_emails",
    "split_emails",
]


def split_emails(cells: pd.Series) -> pd.DataFrame:
    """Return the addresses of every cell, one row an address.

    Args:
        cells: texts, any index.

    Returns:
        Columns ``position`` (0-based place of the cell), ``address`` (``""`` where it is none), ``raw`` and ``code``
        (``""`` or a doubt of the catalogue). A cell that holds nothing has no row.

    >>> split_emails(pd.Series(["ivanov @Mail.RU; info@romashka.ru", "petrova@rambler"]))
       position           address                raw           code
    0         0    ivanov@mail.ru     ivanov@Mail.RU
    1         0  info@romashka.ru   info@romashka.ru
    2         1                      petrova@rambler  email-invalid
    """
    codes, distinct = pd.factorize(cells, use_na_sentinel=False)
    texts = pd.Series(distinct, dtype="str").fillna("")
    plain = read_plain_column(texts)
    easy = plain["plain"].to_numpy(dtype=bool)
    hard = np.flatnonzero(~easy)
    parts = [read_cell(text).parts for text in texts.iloc[hard].tolist()]
    flat = [part for cell_parts in parts for part in cell_parts]
    counts = np.ones(len(texts), dtype=np.int64)
    counts[hard] = [len(cell_parts) for cell_parts in parts]
    owner = np.repeat(np.arange(len(texts)), counts)
    frame = pd.DataFrame({"address": plain["value"], "raw": texts, "code": ""}).astype("str")
    frame = frame.take(owner).reset_index(drop=True)
    if flat:
        of_hard = np.flatnonzero(~easy[owner])
        found = {"address": [p.address for p in flat], "raw": [p.raw for p in flat], "code": [p.code for p in flat]}
        for name, values in found.items():
            frame[name] = _put(frame[name], of_hard, values)
    return _repeat_for_cells(frame, counts, codes)


def _put(column: "pd.Series[str]", places: np.ndarray, values: list[str]) -> "pd.Series[str]":
    column = column.copy()
    column.iloc[places] = pd.Series(values, dtype="str", index=column.index[places])
    return column


def _repeat_for_cells(frame: pd.DataFrame, counts: np.ndarray, codes: np.ndarray) -> pd.DataFrame:
    """Return the rows of each distinct text for every cell that holds it, with ``position`` first."""
    starts = np.cumsum(counts) - counts
    per_cell = counts[codes]
    position = np.repeat(np.arange(len(codes), dtype=np.int64), per_cell)
    within = np.arange(len(position)) - np.repeat(np.cumsum(per_cell) - per_cell, per_cell)
    frame = frame.take(np.repeat(starts[codes], per_cell) + within).reset_index(drop=True)
    frame.insert(0, "position", position)
    return frame


def normalize_emails(cells: pd.Series, joiner: str = ", ", fix_typos: bool = False) -> pd.DataFrame:
    """Return every cell with its addresses trimmed and their domains in lower case.

    A cell with any part that is no possible address stays exactly as it is; words beside an address are kept.

    Args:
        cells: texts, any index.
        joiner: what stands between the addresses of one cell.
        fix_typos: write ``gmail.com`` for ``gmial.com``, which is only suggested otherwise.

    Returns:
        Columns ``value``, ``code`` (codes of the catalogue joined by spaces, ``""`` for none) and ``suggestion``
        (the whole cell as it was probably meant, ``""`` for none), same index as ``cells``.

    >>> normalize_emails(pd.Series(["Ivanov @Mail.RU", "petrova@rambler", "petrova@gmial.com"]))
                   value              code         suggestion
    0     ivanov@mail.ru  email-normalized
    1    petrova@rambler     email-invalid
    2  petrova@gmial.com        email-typo  petrova@gmail.com
    """
    codes, distinct = pd.factorize(cells, use_na_sentinel=False)
    texts = pd.Series(distinct, dtype="str").fillna("")
    plain = read_plain_column(texts)
    hard = np.flatnonzero(~plain["plain"].to_numpy(dtype=bool))
    lists = read_plain_lists(pa.array(texts.iloc[hard], pa.large_string()), joiner)
    written = [
        WrittenCell(*lists[place]) if place in lists else write_cell(text, joiner, fix_typos)
        for place, text in enumerate(texts.iloc[hard].tolist())
    ]
    columns = {
        "value": _put(plain["value"], hard, [cell.value for cell in written]),
        "code": _put(plain["code"], hard, [cell.code for cell in written]),
        "suggestion": _put(
            pd.Series("", index=texts.index, dtype="str"), hard, [cell.suggestion for cell in written]
        ),
    }  # fmt: skip
    return pd.DataFrame({name: column.array.take(codes) for name, column in columns.items()}, index=cells.index)


def email_keys(addresses: pd.Series) -> pd.Series:
    """Return the key that two spellings of one mailbox share; ``""`` for what is no address; same index.

    Lower case; dots do not count at Gmail; a ``+tag`` does not count where the provider ignores it; Yandex delivers
    all its domains to one mailbox and takes ``-`` for ``.``. The domains of Mail.ru are different mailboxes.

    >>> email_keys(pd.Series(["Ivan.Petrov+crm@gmail.com", "i.petrov@ya.ru", "нет"])).tolist()
    ['ivanpetrov@gmail.com', 'i-petrov@yandex.ru', '']
    """
    return pd.Series(make_keys(one_array(addresses.fillna(""))), index=addresses.index, dtype="str")


def is_role_mailbox(addresses: pd.Series) -> pd.Series:
    """Tell which addresses belong to a role and not to a person (info@, sales@, buh2@); same index.

    >>> is_role_mailbox(pd.Series(["info@romashka.ru", "ivanov@romashka.ru"])).tolist()
    [True, False]
    """
    return pd.Series(are_roles(one_array(addresses.fillna(""))), index=addresses.index, dtype=bool)


def is_filler_email(addresses: pd.Series) -> pd.Series:
    """Tell which addresses were typed only to get past a required field (test@test.ru, no@mail.ru); same index.

    >>> is_filler_email(pd.Series(["no@mail.ru", "asdf@asdf.ru", "ivanov@mail.ru"])).tolist()
    [True, True, False]
    """
    return pd.Series(are_fillers(one_array(addresses.fillna(""))), index=addresses.index, dtype=bool)


def is_disposable_email(addresses: pd.Series) -> pd.Series:
    """Tell which addresses are throw-away mailboxes that live for minutes; same index.

    >>> is_disposable_email(pd.Series(["a@mailinator.com", "ivanov@mail.ru", ""])).tolist()
    [True, False, False]
    """
    return email_domains(addresses).map(lambda domain: bool(domain) and is_disposable_domain(domain)).astype(bool)


def email_domains(addresses: pd.Series) -> pd.Series:
    """Return the domain of each address in lower case, ``""`` for what is no address; same index.

    >>> email_domains(pd.Series(["Ivanov@Romashka.RU", "нет"])).tolist()
    ['romashka.ru', '']
    """
    return map_distinct(addresses, find_domain)


def company_domains(addresses: pd.Series) -> pd.Series:
    """Return the domain of each address, ``""`` for one of a public provider or for what is no address; same index.

    >>> company_domains(pd.Series(["ivanov@romashka.ru", "ivanov@mail.ru", ""])).tolist()
    ['romashka.ru', '', '']
    """
    return pd.Series(find_company_domains(one_array(addresses.fillna(""))), index=addresses.index, dtype="str")
