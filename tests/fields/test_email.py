"""E-mails: the golden table, agreement with email-validator, one answer of both paths, and what must always hold."""

import random
from dataclasses import astuple

import pandas as pd
import pyarrow as pa
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from crmclean.core.finding import CATALOGUE
from crmclean.fields.email import (
    company_domains,
    email_domains,
    email_keys,
    is_disposable_email,
    is_filler_email,
    is_role_mailbox,
    normalize_emails,
    split_emails,
)
from crmclean.fields.email_cell import read_cell, write_cell
from crmclean.fields.email_column import find_domain
from crmclean.fields.email_mailbox import is_filler, is_role, make_key
from crmclean.fields.email_plain import read_plain_column, read_plain_lists
from crmclean.fields.email_provider import is_disposable_domain, is_public_domain
from tests.fields.golden import GoldenCase, golden_parameters, load_golden


def _normalize(cell: str, joiner: str = ", ", fix_typos: bool = False) -> tuple[str, set[str], str]:
    frame = normalize_emails(pd.Series([cell], dtype="str"), joiner, fix_typos)
    value, code, suggestion = frame.iloc[0].tolist()
    return value, set(code.split()), suggestion


@pytest.mark.parametrize("case", golden_parameters("email"))
def test_golden(case: GoldenCase) -> None:
    value, codes, _ = _normalize(case.input, case.options.get("joiner", ", "), "fix_typos" in case.options)
    assert (value, codes) == (case.value, set(case.codes.split())), case.why
    changed = any(CATALOGUE[code].severity == "change" for code in codes)
    assert changed is (value != case.input)
    assert _normalize(value, case.options.get("joiner", ", "))[0] == value


@pytest.mark.parametrize(
    ("cell", "suggestion"),
    [
        pytest.param("petrova@gmial.com", "petrova@gmail.com", id="letters swapped"),
        pytest.param("Petrova @Mail.RI", "petrova@mail.ru", id="zone, space and case"),
        pytest.param("petrova@yandex,ru; anna@bk.ru", "petrova@yandex.ru, anna@bk.ru", id="one of two"),
        pytest.param("petrova@gmailcom", "petrova@gmail.com", id="dot left out"),
        pytest.param("petrova@rambler", "", id="no zone: two would do"),
        pytest.param("petrova@gmial.com; нет", "", id="the rest is doubtful"),
        pytest.param("petrova@ymail.com", "", id="a real domain"),
    ],
)
def test_slips_are_suggested_and_corrected_only_when_asked(cell: str, suggestion: str) -> None:
    value, codes, suggested = _normalize(cell)
    assert (value, suggested, "email-typo" in codes) == (cell, suggestion, bool(suggestion) or "; нет" in cell)
    value, codes, suggested = _normalize(cell, fix_typos=True)
    assert value == (suggestion or cell)
    assert suggested == ""
    assert ("email-typo-fixed" in codes) is bool(suggestion)


def test_address_among_words_is_found() -> None:
    frame = split_emails(pd.Series(["", "Анна <petrova@mail.ru>", "sale@romashka.ru romashka.ru"], dtype="str"))
    found = frame.loc[frame["address"] != ""]
    assert found["position"].tolist() == [1, 2]
    assert found["address"].tolist() == ["petrova@mail.ru", "sale@romashka.ru"]


def test_split_keeps_the_order_of_cells_and_pieces() -> None:
    cells = pd.Series(["b@romashka.ru", "нет", "", "d@mail.ru; c@mail.ru", "b@romashka.ru", "e@yandex,ru"], dtype="str")
    frame = split_emails(cells)
    assert list(frame.columns) == ["position", "address", "raw", "code"]
    assert frame["position"].tolist() == [0, 1, 3, 3, 4, 5]
    assert frame["address"].tolist() == ["b@romashka.ru", "", "d@mail.ru", "c@mail.ru", "b@romashka.ru", ""]
    assert frame["raw"].tolist() == ["b@romashka.ru", "нет", "d@mail.ru", "c@mail.ru", "b@romashka.ru", "e@yandex,ru"]
    assert frame["code"].tolist() == ["", "email-filler", "", "", "", "email-typo"]


def test_index_is_kept() -> None:
    cells = pd.Series(["Anna@Mail.ru", "нет"], index=[7, 3], dtype="str")
    assert normalize_emails(cells).index.tolist() == [7, 3]
    assert email_keys(cells).index.tolist() == [7, 3]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("Ivan.Petrov@gmail.com", "ivanpetrov+crm@googlemail.com", True, id="Gmail"),
        pytest.param("i.petrov@ya.ru", "i-petrov@yandex.com", True, id="Yandex: dot and hyphen"),
        pytest.param("ipetrov@narod.ru", "ipetrov+shop@yandex.kz", True, id="Yandex: domains and tag"),
        pytest.param("i.petrov@ya.ru", "ipetrov@ya.ru", False, id="Yandex: a dot counts"),
        pytest.param("IVAN@Mail.ru", "ivan@mail.ru", True, id="case"),
        pytest.param("Ivan@romashka.ru", "ivan@romashka.ru", True, id="case at a company"),
        pytest.param("i.petrov@mail.ru", "ipetrov@mail.ru", False, id="dots count at Mail.ru"),
        pytest.param("ivan@bk.ru", "ivan@mail.ru", False, id="the domains of Mail.ru are different mailboxes"),
        pytest.param("ivan+a@romashka.ru", "ivan@romashka.ru", False, id="a company may count the plus"),
        pytest.param("i.petrov@romashka.ru", "i-petrov@romashka.ru", False, id="dot and hyphen differ elsewhere"),
        pytest.param("ivan@xn--80aaxitdbjk.xn--p1ai", "ivan@папироска.рф", True, id="punycode"),
    ],
)
def test_key_is_the_mailbox(one: str, other: str, same: bool) -> None:
    keys = email_keys(pd.Series([one, other])).tolist()
    assert (keys[0] == keys[1]) is same


def test_roles_fillers_and_domains() -> None:
    cells = ["info@romashka.ru", "sales2@romashka.ru", "zakaz.msk@romashka.ru", "infanta@mail.ru", "petrov@mail.ru", ""]
    assert is_role_mailbox(pd.Series(cells)).tolist() == [True, True, True, False, False, False]
    cells = ["no@mail.ru", "qwerty@mail.ru", "mail@romashka.ru", "testov@mail.ru", "123@123.ru", ""]
    assert is_filler_email(pd.Series(cells)).tolist() == [True, True, False, False, True, False]
    cells = ["a@Romashka.ru", "a@inbox.lv", "a@mailinator.com", "нет"]
    assert email_domains(pd.Series(cells)).tolist() == ["romashka.ru", "inbox.lv", "mailinator.com", ""]
    assert company_domains(pd.Series(cells)).tolist() == ["romashka.ru", "", "", ""]
    assert is_disposable_email(pd.Series(cells)).tolist() == [False, False, True, False]
    assert is_disposable_email(pd.Series([], dtype="str")).tolist() == []


_LOCALS = (
    "ivan", "i.petrov", "a_b", "a-b", ".a", "a.", "a..b", "x" * 64, "x" * 65, "a+b", "1", "-a", "a'b", "INFO", "Ivan",
    "aa", "test", "buh2", "sales.msk", "it.petrov", "a/b", "ok", "Info1", "999", "qwerty",
)  # fmt: skip
_DOMAINS = (
    "mail.ru", "a-b.ru", "-a.ru", "a-.ru", "xn--80a.ru", "ab--c.ru", "a.b.c.ru", "mail", "a.r", "a.r1", "test",
    "local.test", "x.invalid", "x.onion", "example.com", "a" * 63 + ".ru", "a" * 64 + ".ru", "a..ru", "a_b.ru",
    "Romashka.RU", "MAIL.RU", "gmail.com", "gmial.com", "mail.ri", "aa.ru", "test.ru", "mailinator.com", "999.ru",
    "x.mailinator.com", "romashka.photography", "1.2.3.4", "yandex.co", "a.xn--p1ai", "localhost", "mail.arpa",
)  # fmt: skip


def _mixed_addresses(count: int) -> list[str]:
    chance = random.Random(20260102)
    return sorted({f"{chance.choice(_LOCALS)}@{chance.choice(_DOMAINS)}" for _ in range(count)})


def test_syntax_agrees_with_email_validator() -> None:
    """The verdict is that of email-validator; the address differs in the case of the local part at most."""
    cells = _mixed_addresses(5_000)
    frame = split_emails(pd.Series(cells, dtype="str"))
    assert frame["position"].tolist() == list(range(len(cells)))
    for cell, address in zip(cells, frame["address"].tolist(), strict=True):
        try:
            valid = validate_email(cell, check_deliverability=False, strict=True)
            expected = f"{valid.local_part}@{valid.domain}".lower()
        except EmailNotValidError:
            expected = ""
        assert (cell, address.lower()) == (cell, expected)


def test_both_paths_give_one_answer() -> None:
    cells = _mixed_addresses(5_000)
    chance = random.Random(7)
    around = ("", " ", ";", ", ", ".", " ;.", "\n", "\u00a0", "\t")
    cells += [chance.choice(around) + cell.replace("@", " @ ") + chance.choice(around) for cell in cells]
    cells += [case.input for case in load_golden("email")]
    texts = pd.Series(cells, dtype="str").drop_duplicates(ignore_index=True)
    plain = read_plain_column(texts)
    fast = plain[plain["plain"]]
    assert len(fast) > 200
    for text, value, code in zip(
        texts[fast.index].tolist(), fast["value"].tolist(), fast["code"].tolist(), strict=True
    ):
        assert (text, *astuple(write_cell(text))) == (text, value, code, "")
        assert [(part.address, part.code) for part in read_cell(text).parts] == [(value, "")]


_JOINTS = (", ", ",", "; ", ";", " ", "  ", "\n", " | ", ",,", " , ", "\t", "\u00a0", " и ", ".", ": ", "")
_BEFORE = ("", "", "почта: ", "mailto:", "E-mail : ", "Эл. почта:", "e: ", "mailto: mailto:", " ", "<", "почта ")


@given(
    st.sampled_from(_BEFORE),
    st.lists(
        st.tuples(
            st.sampled_from([*_mixed_addresses(300), "mail", "ru", "a@b", "info@romashka.ru"]), st.sampled_from(_JOINTS)
        ),
        min_size=1,
        max_size=4,
    ),
)
@settings(max_examples=400)
def test_lists_give_the_answer_of_the_cell(before: str, pieces: list[tuple[str, str]]) -> None:
    text = before + "".join(address + joint for address, joint in pieces)
    for place, (value, code) in read_plain_lists(pa.array([text]), " / ").items():
        assert place == 0
        assert (text, *astuple(write_cell(text, " / "))) == (text, value, code, "")


def test_plain_lists_are_read_at_once() -> None:
    cells = [
        "a1@mail.ru, b2@bk.ru",
        "почта: a1@mail.ru",
        "a1@mail.ru a1@MAIL.ru",
        "Info@romashka.ru;\nb2@bk.ru",
        "a1@mail,ru",
    ]
    assert read_plain_lists(pa.array(cells), ", ") == {
        0: ("a1@mail.ru, b2@bk.ru", ""),
        1: ("a1@mail.ru", "email-normalized"),
        2: ("a1@mail.ru", "email-normalized"),
        3: ("info@romashka.ru, b2@bk.ru", "email-normalized email-role"),
    }


_TEXT = (
    st.text(alphabet="abc.@ ,;<>:\n\"'()асоЯ-+1/\ue000\u200b", max_size=30)
    | st.emails()
    | st.text(max_size=30)
    | st.lists(
        st.sampled_from(
            [
                "anna@mail.ru", "Boris@BK.ru", "@", "@@", " ", ", ", ";", "\n", "mail", "yandex", ",", ".", "ru", "com",
                "(at)", "gmial.com", "<", ">", '"', "Анна", "нет", "e-mail:", "mailto:", "www.romashka.ru", "(личная)",
                "и", "info@",
            ]
        ),
        max_size=8,
    ).map("".join)
)  # fmt: skip


@given(st.lists(_TEXT, max_size=4), st.booleans())
@settings(deadline=None, max_examples=300)
def test_normalizing_twice_changes_nothing_more(cells: list[str], fix_typos: bool) -> None:
    once = normalize_emails(pd.Series(cells, dtype="str"), fix_typos=fix_typos)
    assert normalize_emails(once["value"], fix_typos=fix_typos)["value"].tolist() == once["value"].tolist()


@given(_TEXT)
@settings(deadline=None, max_examples=300)
def test_nothing_is_lost(cell: str) -> None:
    """Each mailbox of the cell stands in the value, a doubtful cell stays as it is, and words stay."""
    value, codes, suggestion = _normalize(cell)
    assert codes <= set(CATALOGUE)
    severities = {CATALOGUE[code].severity for code in codes}
    assert ("change" in severities) is (value != cell)
    if "doubt" in severities:
        assert value == cell
    assert (suggestion == "") or "email-typo" in codes
    before, after = (split_emails(pd.Series([text], dtype="str"))["address"].tolist() for text in (cell, value))
    assert {address.lower() for address in before} == {address.lower() for address in after}
    if "email-with-words" in codes:
        around_before, around_after = cell, value
        for part in read_cell(cell).parts:
            around_before = around_before.replace(part.raw, "@")
            around_after = around_after.replace(part.address, "@")
        assert around_before == around_after


_LOGINS = st.sampled_from(
    [
        "ivan.petrov",
        "Ivan+crm",
        "+tag",
        "info",
        "INFO2",
        "sales-01",
        "it.petrov",
        "zakaz.msk",
        "no",
        "test",
        "aa",
        "a",
        "mail",
    ]
) | st.text("aiortst.+-_12", min_size=1, max_size=8)
_HOSTS = st.sampled_from(
    [
        "gmail.com", "Googlemail.com", "ya.ru", "yandex.com.tr", "mail.ru", "romashka.ru", "test.ru", "aa.ru", "a.ru",
        "mailinator.com", "eu.mailinator.com", "outlook.com", "xn--80ak6aa92e.com", "ромашка.рф", "localhost", "no.ru",
    ]
)  # fmt: skip
_MAILBOXES = st.builds("{}@{}".format, _LOGINS, _HOSTS) | st.text("ai@. рф+", max_size=8)


@given(st.lists(_MAILBOXES, max_size=8))
@settings(deadline=None, max_examples=300)
def test_columns_of_addresses_say_what_each_says(addresses: list[str]) -> None:
    cells = pd.Series(addresses, dtype="str")
    assert email_keys(cells).tolist() == [make_key(address) for address in addresses]
    assert is_role_mailbox(cells).tolist() == [is_role(address) for address in addresses]
    assert is_filler_email(cells).tolist() == [is_filler(address) for address in addresses]
    domains = [find_domain(address) for address in addresses]
    assert email_domains(cells).tolist() == domains
    assert company_domains(cells).tolist() == [
        "" if is_public_domain(domain) or is_disposable_domain(domain) else domain for domain in domains
    ]
