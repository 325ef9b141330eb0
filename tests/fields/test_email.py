"""E-mails: the classes of the field catalogue, agreement with email-validator, and what must always hold."""

import random

import pandas as pd
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.fields.email import email_keys, is_filler_email, is_role_mailbox, normalize_emails, split_emails


def _normalize(cell: str) -> tuple[str, str]:
    frame = normalize_emails(pd.Series([cell], dtype="str"))
    return frame["value"].iloc[0], frame["code"].iloc[0]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        pytest.param("ivanov.roman @mail.ru", "ivanov.roman@mail.ru", id="space before @"),
        pytest.param("sale@ romashka.ru", "sale@romashka.ru", id="space after @"),
        pytest.param("info@Vegaс.ru", "info@vegac.ru", id="Cyrillic с in the domain"),
        pytest.param("klubо1@yandex.ru", "klubo1@yandex.ru", id="Cyrillic о in the local part"),
        pytest.param("e-mail: office@romashka.ru", "office@romashka.ru", id="label"),
        pytest.param("а: anna_petrova@mail.ru", "anna_petrova@mail.ru", id="one-letter label"),
        pytest.param("mailto:ivanov@example.ru", "ivanov@example.ru", id="mailto"),
        pytest.param("a.b@mail.ru;c.d@mail.ru;", "a.b@mail.ru, c.d@mail.ru", id="semicolons"),
        pytest.param("a.b@mail.ru c.d@mail.ru", "a.b@mail.ru, c.d@mail.ru", id="space between"),
        pytest.param("a.b@mail.ru\nc.d@mail.ru", "a.b@mail.ru, c.d@mail.ru", id="newline"),
        pytest.param("a.b@mail.ru ::: c.d@mail.ru", "a.b@mail.ru, c.d@mail.ru", id="Google"),
        pytest.param("Petrova@MAIL.RU", "Petrova@mail.ru", id="upper case"),
        pytest.param("petrova@mail.ru.", "petrova@mail.ru", id="trailing dot"),
    ],
)
def test_addresses_are_written_one_way(cell: str, value: str) -> None:
    assert _normalize(cell) == (value, "email-normalized")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        pytest.param("petrova@rambler", "email-invalid", id="no top-level domain"),
        pytest.param("romashka.ru", "email-invalid", id="a site"),
        pytest.param("www.romashka.ru", "email-invalid", id="a site with www"),
        pytest.param("a..b@mail.ru", "email-invalid", id="two dots"),
        pytest.param("x" * 65 + "@mail.ru", "email-invalid", id="local part of 65"),
        pytest.param("нет", "email-filler", id="empty word"),
        pytest.param("-", "email-filler", id="dash"),
        pytest.param("test@test.ru", "email-filler", id="test"),
        pytest.param("asdf@asdf.ru", "email-filler", id="asdf"),
        pytest.param("net@mail.ru", "email-filler", id="no in translit"),
        pytest.param("почта@ромашка.рф", "", id="IDN"),
        pytest.param("Анна <petrova@mail.ru>", "", id="a name would be lost"),
        pytest.param("petrova@example.com", "", id="example.com is a domain like others"),
        pytest.param("", "", id="empty"),
    ],
)
def test_cell_is_left_as_it_is(cell: str, code: str) -> None:
    assert _normalize(cell) == (cell, code)


def test_address_among_words_is_found() -> None:
    frame = split_emails(pd.Series(["", "Анна <petrova@mail.ru>", "sale@romashka.ru romashka.ru"], dtype="str"))
    found = frame.loc[frame["address"] != ""]
    assert found["position"].tolist() == [1, 2]
    assert found["address"].tolist() == ["petrova@mail.ru", "sale@romashka.ru"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("Ivan.Petrov@gmail.com", "ivanpetrov+crm@googlemail.com", True, id="Gmail"),
        pytest.param("i.petrov@ya.ru", "i-petrov@yandex.com", True, id="Yandex"),
        pytest.param("IVAN@Mail.ru", "ivan@mail.ru", True, id="case"),
        pytest.param("i.petrov@mail.ru", "ipetrov@mail.ru", False, id="dots count at Mail.ru"),
        pytest.param("ivan@bk.ru", "ivan@mail.ru", False, id="other mailboxes"),
    ],
)
def test_key_is_the_mailbox(one: str, other: str, same: bool) -> None:
    keys = email_keys(pd.Series([one, other])).tolist()
    assert (keys[0] == keys[1]) is same


def test_roles_and_fillers() -> None:
    cells = ["info@romashka.ru", "sales2@romashka.ru", "zakaz.msk@romashka.ru", "infanta@mail.ru", "petrov@mail.ru", ""]
    assert is_role_mailbox(pd.Series(cells)).tolist() == [True, True, True, False, False, False]
    cells = ["no@mail.ru", "qwerty@mail.ru", "mail@romashka.ru", "testov@mail.ru", "123@123.ru", ""]
    assert is_filler_email(pd.Series(cells)).tolist() == [True, True, False, False, True, False]


def test_fast_path_agrees_with_email_validator() -> None:
    chance = random.Random(20260102)
    locals_ = ("ivan", "i.petrov", "a_b", "a-b", ".a", "a.", "a..b", "x" * 64, "x" * 65, "a+b", "1", "-a", "a'b")
    domains = (
        "mail.ru", "a-b.ru", "-a.ru", "a-.ru", "xn--80a.ru", "ab--c.ru", "a.b.c.ru", "mail", "a.r", "a.r1", "test",
        "local.test", "x.invalid", "x.onion", "example.com", "a" * 63 + ".ru", "a" * 64 + ".ru", "a..ru", "a_b.ru",
    )  # fmt: skip
    cells = sorted({f"{chance.choice(locals_)}@{chance.choice(domains)}" for _ in range(3_000)})
    frame = split_emails(pd.Series(cells, dtype="str"))
    assert frame["position"].tolist() == list(range(len(cells)))
    for cell, address in zip(cells, frame["address"].tolist(), strict=True):
        try:
            valid = validate_email(cell.rstrip("."), check_deliverability=False, strict=True)
            expected = f"{valid.local_part}@{valid.domain}"
        except EmailNotValidError:
            expected = ""
        assert (cell, address) == (cell, expected)


_TEXT = st.text(alphabet="abc.@ ,;<>:\nасо-+1", max_size=30) | st.emails() | st.text(max_size=30)


@given(st.lists(_TEXT, max_size=4))
@settings(deadline=None, max_examples=200)
def test_normalizing_twice_changes_nothing_more(cells: list[str]) -> None:
    once = normalize_emails(pd.Series(cells, dtype="str"))
    assert normalize_emails(once["value"])["value"].tolist() == once["value"].tolist()
