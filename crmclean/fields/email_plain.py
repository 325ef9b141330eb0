"""Plain addresses in Arrow: the columns of a million cells where each cell is one ASCII address and nothing else.

Only what is certain is decided here: anything near a slip, a placeholder or a rare spelling is left to
``email_cell``, and a test holds both to the same answer.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from email_validator import SPECIAL_USE_DOMAIN_NAMES
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

from crmclean.fields.email_address import MAX_LENGTH
from crmclean.fields.email_column import tell_providers, tell_roles
from crmclean.fields.email_mailbox import FILLER_DOMAINS, FILLER_LOCALS
from crmclean.fields.email_provider import slip_pattern, suggest_domain
from crmclean.fields.text import one_array

_LABEL: Final = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN: Final = rf"^[A-Za-z0-9_+\-]+(?:\.[A-Za-z0-9_+\-]+)*@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}$"
_RESERVED: Final = (
    "(?:^|[.])..--|(?:^|[.])(?:" + "|".join(name.replace(".", "[.]") for name in SPECIAL_USE_DOMAIN_NAMES) + ")$"
)
_MAX_LOCAL: Final = 64
_ONE_SIGN: Final = "^(?:" + "|".join(f"{sign}+" for sign in "abcdefghijklmnopqrstuvwxyz0123456789_-") + "|[+]+)$"
_AROUND: Final = "^[ \\t\\r\\n\u00a0]+|[ \\t\\r\\n\u00a0;,.]+$"
_AT: Final = pa.scalar("@", pa.large_string())
_LABELLED: Final = r"(?i)^[ ]*(?:mailto|почта|e-?mail|эл\.?[ ]?почта)[ ]*:[ ]*"
_BETWEEN: Final = r"[,;|\s]+"


def read_plain_column(texts: "pd.Series[str]") -> pd.DataFrame:
    """Return, for distinct texts, which are one plain address with nothing doubtful, and what becomes of it.

    Returns:
        Columns ``plain`` (bool), ``value`` (the standard form, ``""`` where not plain) and ``code``
        (``email-normalized``, ``email-role``, ``email-disposable`` joined by spaces); same index.

    >>> read_plain_column(pd.Series(["Info@Romashka.RU", "petrova@mail.ru", "petrova@gmial.com", "нет"]))
       plain             value                         code
    0   True  info@romashka.ru  email-normalized email-role
    1   True   petrova@mail.ru
    2  False
    3  False
    """
    array = one_array(texts)
    matched = _is_plain(array)
    rest = np.flatnonzero(~matched)
    washed = _wash(array.take(pa.array(rest)))
    clean = _is_plain(washed)
    places = np.concatenate([np.flatnonzero(matched), rest[clean]])
    addresses = pa.concat_arrays([array.filter(pa.array(matched)), washed.filter(pa.array(clean))])
    sure, value, code = _judge(addresses, array.take(pa.array(places)))
    places = places[sure]
    plain = np.zeros(len(array), dtype=bool)
    plain[places] = True
    slots = np.full(len(array), -1, dtype=np.int64)
    slots[places] = np.arange(len(places))
    taken = pa.array(slots, mask=slots < 0)
    columns = {"value": value, "code": code}
    return pd.DataFrame(
        {"plain": plain}
        | {
            name: pd.Series(pc.fill_null(column.take(taken), ""), dtype="str").array for name, column in columns.items()
        },
        index=texts.index,
    )


def read_plain_lists(array: pa.Array, joiner: str) -> dict[int, tuple[str, str]]:
    """Return what becomes of the cells that are plain addresses parted by commas, spaces and the like, or labelled.

    Args:
        array: distinct cells.
        joiner: what stands between the addresses.

    Returns:
        Value and codes by place in ``array``; a cell with anything that needs a closer look is not there.

    >>> read_plain_lists(pa.array(["почта: a1@mail.ru", "Anna@mail.ru b2@bk.ru", "Анна a1@mail.ru"]), ", ")
    {0: ('a1@mail.ru', 'email-normalized'), 1: ('anna@mail.ru, b2@bk.ru', 'email-normalized')}
    """
    cells = array.cast(pa.large_string())
    pieces = pc.split_pattern_regex(pc.replace_substring_regex(cells, _LABELLED, ""), _BETWEEN)
    flat, owners = pc.list_flatten(pieces), pc.list_parent_indices(pieces).to_numpy(zero_copy_only=False)
    filled = _bools(pc.not_equal(flat, ""))
    flat, owners = flat.filter(pa.array(filled)), owners[filled]
    plain = np.flatnonzero(_is_plain(flat))
    addresses = flat.take(pa.array(plain))
    sure, value, code = _judge(addresses, addresses)
    good = np.zeros(len(flat), dtype=bool)
    good[plain[sure]] = True
    whole = np.bincount(owners, minlength=len(cells)) == np.bincount(owners[good], minlength=len(cells))
    found: dict[int, tuple[dict[str, str], dict[str, None]]] = {}
    for owner, address, codes in zip(owners[good].tolist(), value.to_pylist(), code.to_pylist(), strict=True):
        if whole[owner]:
            said, notes = found.setdefault(owner, ({}, {}))
            said.setdefault(address.lower(), address)
            notes.update(dict.fromkeys(codes.split()))
    written = cells.take(pa.array(list(found), pa.int64())).to_pylist()
    return {
        owner: _write_list(cell, joiner.join(said.values()), list(notes))
        for cell, (owner, (said, notes)) in zip(written, found.items(), strict=True)
    }


def _write_list(cell: str, value: str, notes: list[str]) -> tuple[str, str]:
    changed = ["email-normalized"] if value != cell else []
    return value, " ".join([*changed, *(note for note in notes if note != "email-normalized")])


def _is_plain(array: pa.Array) -> np.ndarray:
    matched = _bools(pc.match_substring_regex(array, _PLAIN))
    return np.asarray(matched & _bools(pc.less_equal(pc.binary_length(array), MAX_LENGTH)), dtype=bool)


def _wash(array: pa.Array) -> pa.Array:
    """Return the cells without what is harmless around an address: white space, spaces at the @, a list's end."""
    return pc.replace_substring_regex(pc.replace_substring_regex(array, _AROUND, ""), "[ \u00a0]*@[ \u00a0]*", "@")


def _judge(addresses: pa.Array, cells: pa.Array) -> tuple[np.ndarray, pa.Array, pa.Array]:
    """Return which of the plain addresses of ``cells`` are beyond doubt, and of these the standard form and codes."""
    halves = pc.split_pattern(addresses, "@")
    flat = halves.values if len(addresses) else pa.array([], pa.large_string())
    local = flat.take(pa.array(np.arange(0, len(flat), 2)))
    domain_codes, domains = pd.factorize(pd.Series(pc.ascii_lower(flat.take(pa.array(np.arange(1, len(flat), 2))))))
    domain_list = domains.tolist()
    doubtful, public, disposable = _know_domains(domain_list)
    lower = pc.ascii_lower(local)
    filler = _is_in(lower, FILLER_LOCALS) | _bools(pc.match_substring_regex(lower, _ONE_SIGN))
    sure = ~(filler | _bools(pc.greater(pc.binary_length(local), _MAX_LOCAL)) | doubtful[domain_codes])
    caseless = public[domain_codes] | _is_in(lower, CASE_INSENSITIVE_MAILBOX_NAMES)
    domain = pa.array(domain_list, pa.large_string()).take(pa.array(domain_codes))
    value = pc.binary_join_element_wise(pc.if_else(pa.array(caseless), lower, local), domain, _AT)
    codes = _name_codes(
        _bools(pc.not_equal(value, cells)), tell_roles(lower, public[domain_codes]), disposable[domain_codes]
    )
    kept = pa.array(sure)
    return sure, value.filter(kept), codes.filter(kept)


def _know_domains(domains: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return of each domain whether it needs a closer look, is public, and is of throw-away mailboxes."""
    array = pa.array(domains, pa.large_string())
    doubtful = _bools(pc.match_substring_regex(array, _RESERVED)) | _is_in(array, FILLER_DOMAINS)
    for place in np.flatnonzero(_bools(pc.match_substring_regex(array, slip_pattern()))).tolist():
        doubtful[place] |= bool(suggest_domain(domains[place]))
    return doubtful, *tell_providers(array)


def _is_in(texts: pa.Array, listed: Iterable[str]) -> np.ndarray:
    return _bools(pc.is_in(texts, pa.array(sorted(listed), pa.large_string())))


def _name_codes(changed: np.ndarray, role: np.ndarray, disposable: np.ndarray) -> pa.Array:
    names = ("email-normalized", "email-role", "email-disposable")
    spelled = [" ".join(name for bit, name in enumerate(names) if number >> bit & 1) for number in range(8)]
    number = changed.astype(np.int8) + 2 * role.astype(np.int8) + 4 * disposable.astype(np.int8)
    return pa.array(spelled, pa.large_string()).take(pa.array(number))


def _bools(array: pa.Array) -> np.ndarray:
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=bool)
