"""Who reads a mailbox: one person, a role, nobody; and which spellings reach the same one."""

import re
from typing import Final

from crmclean.fields.email_address import read_address
from crmclean.fields.email_provider import is_disposable_domain, is_public_domain

DOTLESS_DOMAINS: Final = frozenset({"gmail.com", "googlemail.com"})
"""Where dots in a login do not count."""
# One login reaches all of them (Yandex ID); a hyphen and a dot in it are the same (Yandex Mail, "Addresses").
YANDEX_DOMAINS: Final = frozenset(
    {
        "ya.ru", "narod.ru", "yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "yandex.uz", "yandex.az",
        "yandex.com.am", "yandex.com.ge", "yandex.com.tr", "yandex.co.il", "yandex.ee", "yandex.fr", "yandex.kg",
        "yandex.lt", "yandex.lv", "yandex.md", "yandex.tj", "yandex.tm",
    }
)  # fmt: skip
TAGGED_DOMAINS: Final = DOTLESS_DOMAINS | YANDEX_DOMAINS | {"outlook.com", "hotmail.com", "icloud.com", "fastmail.com"}

ROLES: Final = frozenset(
    {
        "info", "sales", "sale", "office", "buh", "buhgalteria", "buhgalter", "bux", "glavbuh", "zakaz", "zakazy",
        "order", "orders", "shop", "store", "support", "help", "helpdesk", "admin", "administrator", "hr", "kadry",
        "job", "jobs", "career", "personal", "resume", "reklama", "marketing", "pr", "press", "secretary", "sekretar",
        "reception", "resepshn", "priemnaya", "contact", "contacts", "kontakt", "mail", "email", "post", "pochta",
        "service", "servis", "snab", "snabzhenie", "zakupki", "zakup", "tender", "opt", "sbyt", "prodazhi", "manager",
        "director", "dir", "accounting", "finance", "invoice", "billing", "dogovor", "docs", "doc", "legal", "urist",
        "webmaster", "postmaster", "hostmaster", "abuse", "noreply", "no-reply", "donotreply", "robot", "team",
        "hello", "privet", "welcome", "booking", "bron", "hotel", "logist", "logistic", "logistika", "sklad",
        "delivery", "dostavka", "kassa", "dispetcher", "ok", "client", "clients", "feedback", "tech", "it", "security",
        "почта", "инфо", "офис", "заказ", "заказы", "продажи", "бухгалтерия", "приемная", "приёмная", "склад",
    }
)  # fmt: skip
ROLE_TAIL: Final = r"[._\-]?\d{0,3}$"
"""A number after the name of a role: buh2, sales-01."""

LEAST_ROLE_BEFORE_WORDS: Final = 3
"""Letters of a role that other words may follow (zakaz.msk): shorter ones are initials (it.petrov, ok-ivanova)."""

_ROLE_TAIL: Final = re.compile(ROLE_TAIL)
_ROLE_END: Final = re.compile(r"[._\-]")

FILLER_LOCALS: Final = frozenset(
    {
        "test", "test1", "test2", "testtest", "tester", "тест", "asdf", "asdfg", "asd", "qwe", "qwerty", "qwer", "zxc",
        "no", "net", "none", "null", "nomail", "no-mail", "no_mail", "noemail", "no-email", "no_email", "netpochty",
        "netpochti", "netu", "нет", "net-pochty", "net_pochty", "niknet", "empty", "nobody", "unknown", "fake", "aaa",
        "aaaa", "xxx", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890", "0", "00",
        "000", "0000", "00000", "000000", "1", "11", "111", "1111", "11111", "111111", "a", "q", "x", "z", "abc",
        "example", "user", "email", "mail", "primer", "otsutstvuet", "neukazan", "ne-ukazan",
    }
)  # fmt: skip
AMBIGUOUS_FILLERS: Final = frozenset({"mail", "email", "user", "example", "primer", "no", "net", "a", "q", "x", "z"})
FILLER_DOMAINS: Final = frozenset({"test.ru", "test.com", "asdf.ru", "asdf.com", "qwerty.ru", "no.ru", "net.ru"})
"""Domains that stand in bases only with placeholders."""


def make_key(address: str) -> str:
    """Return what all spellings of one mailbox share; ``""`` for what is no address.

    >>> make_key("Ivan.Petrov+crm@Googlemail.com"), make_key("i.petrov@ya.ru")
    ('ivanpetrov@gmail.com', 'i-petrov@yandex.ru')
    """
    address = address.strip().lower()
    if "xn--" in address:
        address = read_address(address) or address
    local, at, domain = address.rpartition("@")
    if not at or not local or "." not in domain:
        return ""
    if domain in TAGGED_DOMAINS:
        local = local.partition("+")[0] or local
    if domain in DOTLESS_DOMAINS:
        return f"{local.replace('.', '')}@gmail.com"
    if domain in YANDEX_DOMAINS:
        return f"{local.replace('.', '-')}@yandex.ru"
    return f"{local}@{domain}"


def is_role(address: str) -> bool:
    """Tell whether the mailbox belongs to a role and not to a person.

    At a public provider only the bare word counts: sales2 is somebody's nickname there.

    >>> is_role("buh2@romashka.ru"), is_role("zakaz.msk@romashka.ru"), is_role("it.petrov@romashka.ru")
    (True, True, False)
    """
    local, at, domain = address.strip().lower().rpartition("@")
    if not at:
        return False
    if local in ROLES or is_public_domain(domain):
        return local in ROLES
    first = _ROLE_END.split(local, maxsplit=1)[0]
    return _ROLE_TAIL.sub("", local) in ROLES or (len(first) >= LEAST_ROLE_BEFORE_WORDS and first in ROLES)


def is_filler(address: str) -> bool:
    """Tell whether the address was typed only to get past a required field.

    >>> is_filler("no@mail.ru"), is_filler("aa@aa.ru"), is_filler("ivanov@mail.ru")
    (True, True, False)
    """
    local, at, domain = address.strip().lower().rpartition("@")
    if not at or not local:
        return False
    name = domain.partition(".")[0]
    if local == name and (local in FILLER_LOCALS or len(set(local)) == 1):
        return True
    if domain in FILLER_DOMAINS and (local in FILLER_LOCALS or local == name):
        return True
    if local in AMBIGUOUS_FILLERS:
        return is_public_domain(domain)
    return local in FILLER_LOCALS


def note_mailbox(address: str) -> list[str]:
    """Return the notes on a good address: ``email-role``, ``email-disposable``.

    >>> note_mailbox("info@mailinator.com")
    ['email-role', 'email-disposable']
    """
    notes = ["email-role"] if is_role(address) else []
    if is_disposable_domain(address.rpartition("@")[2]):
        notes.append("email-disposable")
    return notes
