"""What the columns of a card say of its client: refused, closed, a test, of great value, somebody with a name."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmclean.core.i18n import _
from crmclean.core.table import Table
from crmclean.fields.company import is_placeholder_company
from crmclean.fields.email import split_emails
from crmclean.fields.money import parse_money
from crmclean.fields.name_placeholder import may_be_placeholders
from crmclean.fields.person import is_known_given_name, is_placeholder_name
from crmclean.fields.tag import part_values
from crmclean.fields.text import fold, map_distinct, one_array
from crmclean.fields.yes_no import is_yes
from crmclean.hygiene.dead_found import Bools, Found, make_found, say, say_text
from crmclean.hygiene.remark_phrases import compile_phrases

_TEST: Final = r"тест(?:ы|ик|ер|овый|овая|овое|ович|овна|овна|ировани[ея])?|test(?:er|ing|ovich|ovna)?"
_TEST_SURNAME: Final = r"тестов|тестова|testov|testova"
_BESIDE: Final = (
    r"клиент|контакт|лид|заявка|запись|компания|фирма|организация|имя|фамилия|отчество|client|contact|lead|user|name|company|crm|црм"
    r"|user|record|сделка|покупатель|пользователь|удалить|ооо|ип|ооо|зао|ао|\d+"
)
# Look-alikes of the other alphabet too.
_MAY_BE_TEST: Final = "(?i)[тt][еe][сcs][тt]"
_PLAIN_NAME: Final = "^[А-Яа-яЁё]+(?:[ -][А-Яа-яЁё]+)*$"
_WORD: Final = re.compile(r"[^\W_]+")
_IS_TEST: Final = re.compile(rf"(?:{_TEST})\d*")
_IS_PART_OF_TEST: Final = re.compile(rf"(?:{_TEST}|{_TEST_SURNAME}|{_BESIDE})\d*")
_TEST_MAILBOX: Final = re.compile(r"(?:test(?:ing|er|test)?|тест)[._-]?\d*@.+|.+@test\.[a-z]+")
_DENIED: Final = re.compile(r"\b(?:не|no|not|бывш\w*|экс) ?-?$")

_NAMES: Final = ("last_name", "first_name", "middle_name", "full_name")


def is_named(table: Table, rows: Bools | None = None) -> Bools:
    """Tell which of these rows name a person; of all rows where none are given."""
    open_ = np.ones(len(table), dtype=np.bool_) if rows is None else rows.copy()
    named = np.zeros(len(table), dtype=np.bool_)
    # Most rows have a given name, which few texts spell: what is left is looked at one by one.
    for column in table.with_role("first_name", "last_name", "full_name"):
        places = np.flatnonzero(open_)
        found = places[_names_somebody(table.frame[column.name].iloc[places])]
        named[found] = True
        open_[found] = False
    return named


def _names_somebody(cells: pd.Series) -> Bools:
    """Tell which cells are filled and no placeholder."""
    array = one_array(cells)
    names = np.asarray(pc.match_substring_regex(array, _PLAIN_NAME), dtype=np.bool_)
    first = pc.utf8_lower(pc.replace_substring_regex(array.filter(pa.array(names)), r"[^А-Яа-яЁё].*$", ""))
    # A text of plain words is a placeholder only where its first word begins one.
    names[names] = ~may_be_placeholders(pc.replace_substring(first, "ё", "е"))
    others = np.flatnonzero(~names & np.asarray(pc.match_substring_regex(array, r"\S"), dtype=np.bool_))
    names[others] = ~is_placeholder_name(cells.iloc[others]).to_numpy(dtype=np.bool_)
    return names


def is_of_company(table: Table, rows: Bools) -> Bools:
    """Tell which of these rows name a company, by its name or its INN."""
    known = np.zeros(len(table), dtype=np.bool_)
    known |= table.coalesced("inn").str.contains("[1-9]", regex=True).to_numpy(dtype=np.bool_)
    known &= rows
    for column in table.with_role("company"):
        places = np.flatnonzero(rows & ~known)
        cells = table.frame[column.name].iloc[places]
        filled = cells.str.strip().ne("").to_numpy(dtype=np.bool_)
        known[places] = filled & ~is_placeholder_company(cells).to_numpy(dtype=np.bool_)
    return known


def find_opt_outs(table: Table) -> list[Found]:
    """Return who opted out by a column of its own: «Не звонить», «Отписан»."""
    found = []
    for column in table.with_role("opt_out"):
        rows = is_yes(table.frame[column.name]).to_numpy(dtype=np.bool_)
        words = _("opted out: column “{header}”").format(header=column.header.strip())
        found.append(make_found("opted-out", rows, say(rows, words)))
    return found


def find_refusals(table: Table, classes: Mapping[str, pd.Series]) -> list[Found]:
    """Return who refused, by the class of the status or the stage.

    Args:
        classes: the class of every row by role, ``status`` and ``stage``.
    """
    found = []
    for role, of_row in classes.items():
        rows = of_row.eq("refused").to_numpy(dtype=np.bool_)
        words = say_text(rows, table.coalesced(role), lambda text: _("refused: “{status}”").format(status=text))
        found.append(make_found("opted-out", rows, words))
    return found


def find_closed_companies(table: Table) -> list[Found]:
    """Return whose company is no more, by the column of its state."""
    found = []
    for column in table.with_role("company_status"):
        cells = table.frame[column.name]
        rows = map_distinct(cells, lambda text: "1" if _says_closed(text) else "").eq("1").to_numpy(dtype=np.bool_)
        words = say_text(
            rows, cells, lambda text: _("the company is closed: “{status}”").format(status=" ".join(text.split()))
        )
        found.append(make_found("company-closed", rows, words))
    return found


@cache
def _company_states() -> tuple[re.Pattern[str], re.Pattern[str]]:
    source = tomllib.loads(files("crmclean.hygiene").joinpath("data/company_states.toml").read_text("utf-8"))
    return compile_phrases(source["closed"]), compile_phrases(source["living"])


def _says_closed(text: str) -> bool:
    closed, living = _company_states()
    folded = fold(text)
    return closed.search(folded) is not None and living.search(folded) is None


def find_test_records(table: Table) -> list[Found]:
    """Return the records of somebody who tried out the system: by name, company, title or mailbox.

    A person with a name of their own is no test, whatever mailbox was typed in.
    """
    people = [table.frame[column.name] for column in table.with_role(*_NAMES)]
    titles = [table.frame[column.name] for column in table.with_role("company", "deal_title")]
    by_name = _are_tests(people, len(table))
    title = np.zeros(len(table), dtype=np.bool_)
    for cells in titles:
        title |= _are_tests([cells], len(table))
    mail = np.zeros(len(table), dtype=np.bool_)
    for column in table.with_role("email"):
        mail |= _holds_test_mailbox(table.frame[column.name])
    named = is_named(table, title | mail) & ~by_name
    title, mail = title & ~named, mail & ~named
    return [
        make_found("test-record", by_name, say(by_name, _("test record, by its name"))),
        make_found("test-record", title, say(title, _("test record, by its title"))),
        make_found("test-record", mail, say(mail, _("test record, by its e-mail"))),
    ]


def _are_tests(columns: Sequence[pd.Series], size: int) -> Bools:
    """Tell which rows have nothing but words of a test in these columns, and one that nobody is called."""
    may_be = np.zeros(size, dtype=np.bool_)
    for cells in columns:
        may_be |= np.asarray(pc.match_substring_regex(one_array(cells), _MAY_BE_TEST), dtype=np.bool_)
    places = np.flatnonzero(may_be)
    said, other = np.zeros(len(places), dtype=np.bool_), np.zeros(len(places), dtype=np.bool_)
    for cells in columns:
        kind = map_distinct(cells.iloc[places], _kind_of_name)
        said |= kind.eq("test").to_numpy(dtype=np.bool_)
        other |= kind.eq("other").to_numpy(dtype=np.bool_)
    tests = np.zeros(size, dtype=np.bool_)
    tests[places] = said & ~other
    return tests


def _kind_of_name(text: str) -> str:
    """Return ``test``, ``part`` (a word that may stand beside it), ``other`` or ``""``.

    >>> [_kind_of_name(text) for text in ("ТЕСТ 2", "Тестов", "Тестова Анна", "Тестовый клиент", "")]
    ['test', 'part', 'other', 'test', '']
    """
    words = _WORD.findall(fold(text))
    if not words:
        return ""
    if not all(_IS_PART_OF_TEST.fullmatch(word) for word in words):
        return "other"
    return "test" if any(_IS_TEST.fullmatch(word) for word in words) else "part"


def _holds_test_mailbox(cells: pd.Series) -> Bools:
    places = np.flatnonzero(np.asarray(pc.match_substring_regex(one_array(cells), _MAY_BE_TEST), dtype=np.bool_))
    parts = split_emails(cells.iloc[places])
    told = map_distinct(parts["raw"], lambda text: "1" if _TEST_MAILBOX.fullmatch(text.strip().lower()) else "")
    holds = np.zeros(len(cells), dtype=np.bool_)
    holds[places[parts.loc[told.eq("1"), "position"].to_numpy(dtype=np.int64)]] = True
    return holds


def has_given_name(table: Table) -> Bools:
    """Tell which rows have a first name that people have."""
    return is_known_given_name(table.coalesced("first_name")).to_numpy(dtype=np.bool_)


def is_valuable(table: Table, amount: float, tags: Sequence[str]) -> Bools:
    """Tell which clients are never archived without a check: by the amount or by a tag."""
    valuable = np.zeros(len(table), dtype=np.bool_)
    for column in table.with_role("amount"):
        valuable |= parse_money(table.frame[column.name])["amount"].ge(amount).to_numpy(dtype=np.bool_)
    wanted = [words for words in (_WORD.findall(tag.lower().replace("ё", "е")) for tag in tags) if words]
    if not wanted:
        return valuable
    spelled = "|".join(r"[\W_]+".join(map(re.escape, words)) for words in wanted)
    pattern = re.compile(rf"(?<!\w)(?:{spelled})(?!\w)")
    for column in table.with_role("tags"):
        marked = map_distinct(table.frame[column.name], lambda text: "1" if _has_tag(text, pattern) else "")
        valuable |= marked.eq("1").to_numpy(dtype=np.bool_)
    return valuable


def _has_tag(text: str, pattern: re.Pattern[str]) -> bool:
    values = [value.lower().replace("ё", "е") for value in part_values(text)]
    return any(not _DENIED.search(value[: match.start()]) for value in values for match in pattern.finditer(value))
