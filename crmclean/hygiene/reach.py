"""Who can still be reached: every phone and address of every contact, and what is known of each.

A number without its area code can be dialled by who knows the town: it is a way. A number in the column of addresses,
or in that of names, is one as well.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.core.table import Table
from crmclean.fields.email import email_keys, split_emails
from crmclean.fields.email_column import as_bools
from crmclean.fields.phone import split_phones
from crmclean.fields.phone_area import area_codes_of_cities
from crmclean.fields.text import map_distinct, one_array
from crmclean.hygiene.dead_found import Bools
from crmclean.hygiene.remarks import read_remarks

_NAME_ROLES: Final = ("full_name", "last_name", "first_name")
_LEAST_DIGITS_OF_FILLER: Final = 5
_MOST_DIGITS_OF_LOCAL: Final = 7
# «8-916-12»: the code of a mobile network set apart, and too few digits behind it for a number of any town.
_BROKEN_MOBILE: Final = r"^[^0-9]*(?:\+?7|8)[^0-9]+9[0-9]{2}(?:[^0-9]|$)"
_FEW_DIGITS: Final = r"^[^0-9]*(?:[0-9][^0-9]*){0,7}$"
_TEN_DIGITS: Final = r"(?:[0-9][^0-9A-Za-zА-Яа-яЁё]*){10}"
_WORDED: Final = r"[А-Яа-яA-Za-z]{4}"
_SAYS_NOTHING: Final = re.compile(
    r"[\W\d_]*|нет|нету|нет данных|не указан\w*|отсутствует|неизвестно|н/?д|none|null|n/a|no|-"
)


class State(IntEnum):
    """What is known of a phone or an address; those up to ``LOCAL`` are ways to reach somebody."""

    GOOD = 0
    LOCAL = 1
    FILLER = 2
    IMPOSSIBLE = 3
    DAMAGED = 4
    NOT_IN_SERVICE = 5
    WRONG = 6
    BOUNCED = 7


_STATE_OF_PHONE: Final = {
    "": State.GOOD,
    "phone-no-area-code": State.LOCAL,
    "phone-filler": State.FILLER,
    "phone-damaged": State.DAMAGED,
}
_STATE_OF_MAIL: Final = {"": State.GOOD, "email-typo": State.GOOD, "email-filler": State.FILLER}


@dataclass(frozen=True)
class Ways:
    """The phones, or the addresses, of all contacts: each different one of a contact once.

    Attributes:
        size: number of contacts.
        position: whose it is, from 0, rising.
        key: the number in E.164, or the key of the address; ``""`` where it is not known.
        state: a ``State`` each.
    """

    size: int
    position: NDArray[np.int64]
    key: pd.Series
    state: NDArray[np.int8]

    def count(self, *states: State) -> NDArray[np.int64]:
        """Return how many in one of these states each contact has; of all states where none is given."""
        chosen = np.isin(self.state, states) if states else np.ones(len(self.state), dtype=np.bool_)
        return np.bincount(self.position[chosen], minlength=self.size)

    def any(self, *states: State) -> Bools:
        """Tell which contacts have one in one of these states."""
        return self.count(*states) > 0

    @property
    def live(self) -> NDArray[np.int64]:
        """How many ways to be reached each contact has."""
        return self.count(State.GOOD, State.LOCAL)

    def with_state(self, places: Bools, state: State) -> "Ways":
        """Return these with another state where nothing worse is known of them."""
        changed = self.state.copy()
        changed[places & (self.state <= State.LOCAL)] = state
        return Ways(self.size, self.position, self.key, changed)


@dataclass(frozen=True)
class Reach:
    """The ways to reach every contact.

    Attributes:
        phones: numbers, those in the columns of names and addresses too.
        mails: addresses.
        messenger: the contact has an account in a messenger.
    """

    phones: Ways
    mails: Ways
    messenger: Bools


def read_reach(table: Table, region: str = "RU") -> Reach:
    """Return the phones and addresses of every row of a table, as they stand in it."""
    cities = table.coalesced("city")
    phones = [_read_phones(table.frame[column.name], cities, region) for column in table.with_role("phone")]
    mails, stray = [], []
    for column in table.with_role("email"):
        cells = table.frame[column.name]
        parts = split_emails(cells)
        mails.append(_judge_mails(parts))
        stray.append(_stray_numbers(parts, region))
    # An address may stand in the column of phones.
    mails += [_addresses_among(table.frame[column.name]) for column in table.with_role("phone")]
    stray += [_numbers_among(table.frame[column.name], region) for column in table.with_role(*_NAME_ROLES)]
    messenger = np.zeros(len(table), dtype=np.bool_)
    for column in table.with_role("messenger"):
        messenger |= _says_something(table.frame[column.name])
    return Reach(_unite(len(table), [*phones, *stray]), _unite(len(table), mails), messenger)


def _read_phones(cells: pd.Series, cities: pd.Series, region: str) -> pd.DataFrame:
    """Return ``position``, ``key`` and ``state`` of every number of a column."""
    parts = _split_with_cities(cells, cities, region)
    state = _states(parts["code"], _STATE_OF_PHONE)
    digits = np.full(len(parts), _MOST_DIGITS_OF_LOCAL + 1, dtype=np.int64)
    short = np.flatnonzero(np.asarray(pc.match_substring_regex(one_array(parts["raw"]), _FEW_DIGITS)))
    digits[short] = parts["raw"].iloc[short].str.count("[0-9]").to_numpy(dtype=np.int64)
    broken = parts["raw"].iloc[short].str.contains(_BROKEN_MOBILE, regex=True).to_numpy(dtype=np.bool_)
    state[short[broken & (state[short] <= State.LOCAL)]] = State.IMPOSSIBLE
    nothing = (state == State.FILLER) & (digits < _LEAST_DIGITS_OF_FILLER)
    nothing |= parts["code"].eq("phone-not-a-phone").to_numpy()
    position = parts["position"].to_numpy(dtype=np.int64)
    state = _apply_notes(cells, position, state)
    kept = ~nothing
    # A number that is not known is told from others by its digits.
    key = parts["number"].where(parts["number"].ne(""), parts["raw"])
    return pd.DataFrame({"position": position[kept], "key": key[kept].array, "state": state[kept]})


def _split_with_cities(cells: pd.Series, cities: pd.Series, region: str) -> pd.DataFrame:
    """Return the numbers of a column; those without an area code read with that of the city of their row."""
    parts = split_phones(cells, region)
    lacking = parts.loc[parts["code"].eq("phone-no-area-code"), "position"].to_numpy(dtype=np.int64)
    rows = np.unique(lacking)
    if not len(rows):
        return parts
    again = split_phones(cells.iloc[rows], region, area_codes_of_cities(cities.iloc[rows]))
    again["position"] = rows[again["position"].to_numpy(dtype=np.int64)]
    return pd.concat([parts[~parts["position"].isin(rows)], again], ignore_index=True)


def _apply_notes(cells: pd.Series, position: NDArray[np.int64], state: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return the states of numbers beside which their cell says that they are dead: «… (не обслуживается)»."""
    worded = np.flatnonzero(as_bools(pc.match_substring_regex(one_array(cells), _WORDED)))
    if not len(worded):
        return state
    remarks = read_remarks(cells.iloc[worded])
    alone = np.bincount(position, minlength=len(cells)) == 1
    for reason, told in (("not-in-service", State.NOT_IN_SERVICE), ("wrong-number", State.WRONG)):
        said = np.zeros(len(cells), dtype=np.bool_)
        said[worded[remarks.loc[remarks["reason"].eq(reason), "position"].to_numpy(dtype=np.int64)]] = True
        state[(said & alone)[position] & (state <= State.LOCAL)] = told
    return state


def _judge_mails(parts: pd.DataFrame) -> pd.DataFrame:
    """Return ``position``, ``key`` and ``state`` of every address of a column."""
    state = _states(parts["code"], _STATE_OF_MAIL)
    kept = ~parts["code"].eq("email-not-an-email").to_numpy()
    # «нет», «-»: no address was entered at all.
    kept &= ~((state == State.FILLER) & ~parts["raw"].str.contains("@", regex=False).to_numpy())
    keys = email_keys(parts["address"].where(parts["address"].ne(""), parts["raw"]))
    key = keys.where(keys.ne(""), parts["raw"])
    frame = pd.DataFrame({"position": parts["position"].to_numpy(dtype=np.int64), "key": key, "state": state})
    return frame[kept]


def _stray_numbers(parts: pd.DataFrame, region: str) -> pd.DataFrame:
    """Return the numbers that stand in a column of addresses."""
    places = np.flatnonzero(parts["code"].isin(("email-not-an-email", "email-invalid")).to_numpy())
    found = _numbers_among(parts["raw"].iloc[places], region)
    return found.assign(position=parts["position"].to_numpy(dtype=np.int64)[places][found["position"].to_numpy()])


def _numbers_among(cells: pd.Series, region: str) -> pd.DataFrame:
    """Return the good numbers of cells that should hold something else."""
    places = np.flatnonzero(as_bools(pc.match_substring_regex(one_array(cells), _TEN_DIGITS)))
    parts = split_phones(cells.iloc[places], region)
    good = parts[parts["code"].eq("") & parts["number"].ne("")]
    position = places[good["position"].to_numpy(dtype=np.int64)]
    return pd.DataFrame({"position": position, "key": good["number"].array, "state": np.int8(State.GOOD)})


def _addresses_among(cells: pd.Series) -> pd.DataFrame:
    """Return the good addresses of a column of phones."""
    places = np.flatnonzero(cells.str.contains("@", regex=False).to_numpy())
    found = _judge_mails(split_emails(cells.iloc[places]))
    found = found[found["state"].eq(State.GOOD)]
    return found.assign(position=places[found["position"].to_numpy(dtype=np.int64)])


def _says_something(cells: pd.Series) -> Bools:
    meant = map_distinct(cells, lambda text: "" if _SAYS_NOTHING.fullmatch(text.strip().lower()) else "1")
    return np.asarray(meant.eq("1").to_numpy(), dtype=np.bool_)


def _states(codes: pd.Series, known: dict[str, State]) -> NDArray[np.int8]:
    places, names = pd.factorize(codes)
    states = np.array([known.get(name, State.IMPOSSIBLE) for name in names.tolist()], dtype=np.int8)
    return states[places] if len(states) else np.zeros(0, dtype=np.int8)


def _unite(size: int, parts: list[pd.DataFrame]) -> Ways:
    """Return the ways of all columns together; what a contact has twice counts once, in its worse state."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return Ways(size, np.zeros(0, np.int64), pd.Series([], dtype="str"), np.zeros(0, np.int8))
    frame = pd.concat(filled, ignore_index=True)
    position, state = frame["position"].to_numpy(dtype=np.int64), frame["state"].to_numpy(dtype=np.int8)
    codes, keys = pd.factorize(frame["key"])
    order = np.lexsort((-state, codes, position))
    pair = position[order] * max(1, len(keys)) + codes[order]
    first = order[np.flatnonzero(np.diff(pair, prepend=-1))]
    return Ways(size, position[first], frame["key"].iloc[first].reset_index(drop=True), state[first])
