"""One address: whether it can exist, and its standard form.

Source of the rules: RFC 5321, 5322 and 6531 as email-validator applies them (strict, no DNS), which is the
authority. Two things it does not look at are known here: letters of two alphabets in one word are a slip of the
keyboard or a look-alike, and a Cyrillic zone either is one of those that exist or is none.
"""

import re
from functools import lru_cache
from typing import Final

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

from crmclean.fields.email_provider import is_public_domain
from crmclean.fields.text import restore_cyrillic, restore_latin

MAX_LENGTH: Final = 254
"""Characters of an address (RFC 5321, 4.5.3.1.3, errata 1690)."""

_LABEL: Final = r"(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN: Final = re.compile(
    rf"(?=.{{1,64}}@)([a-z0-9_+\-]+(?:\.[a-z0-9_+\-]+)*)@((?:{_LABEL}\.)+[a-z]{{2,63}})", re.IGNORECASE | re.ASCII
)
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_LATIN: Final = re.compile("[a-z]", re.IGNORECASE)
CYRILLIC_ZONES: Final = frozenset(
    {"рф", "рус", "москва", "дети", "онлайн", "сайт", "орг", "ком", "католик", "бел", "бг", "ею", "қаз", "мкд", "мон",
     "срб", "укр"}
)  # fmt: skip
"""The Cyrillic top-level domains of the IANA root zone."""

# «ру» with one Latin letter would become Paraguay.
_UNCERTAIN_ZONES: Final = frozenset({"py"})
WRAPPING: Final = " \u00a0\u200b\ufeff\"'«»“”„`<>()[]{}"
"""What people put around an address."""


@lru_cache(maxsize=1 << 16)
def read_address(text: str) -> str:
    """Return the standard form of the one address that the text is, ``""`` where it is none.

    The domain is in lower case. The local part keeps its case (RFC 5321, 2.4 leaves it to the host), except where the
    host is known to ignore it: public providers and the mailbox names of RFC 2142. Matching ignores case anyway.

    >>> read_address(" <Anna.Petrova@MAIL.RU>."), read_address("Anna@Romashka.RU"), read_address("info@Vegaс.ru")
    ('anna.petrova@mail.ru', 'Anna@romashka.ru', 'info@vegac.ru')
    >>> read_address("petrova@rambler")
    ''
    """
    text = _unwrap(text)
    plain = read_plain(text)
    if plain:
        return plain
    if "@" not in text or len(text) > MAX_LENGTH * 2:
        return ""
    text = restore_alphabet(text)
    plain = read_plain(text)
    if plain or not text:
        return plain
    try:
        valid = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return ""
    address = settle_case(valid.local_part, valid.domain.lower())
    return address if restore_alphabet(address) == address else ""


def _unwrap(text: str) -> str:
    before = ""
    while before != text:
        before, text = text, text.strip(WRAPPING).rstrip(".")
    return text


def read_plain(text: str) -> str:
    """Return the standard form of an address of the plain spelling (ASCII, no rare sign), ``""`` for all else.

    >>> read_plain("Petrova@Mail.RU"), read_plain("o'neil@mail.ru")
    ('petrova@mail.ru', '')
    """
    match = _PLAIN.fullmatch(text)
    if match is None or len(text) > MAX_LENGTH:
        return ""
    local, domain = match.group(1), match.group(2).lower()
    return "" if is_special_use(domain) else settle_case(local, domain)


def settle_case(local: str, domain: str) -> str:
    """Return the address with the local part in lower case where the host is known to ignore case."""
    lower = local.lower()
    if lower != local and (is_public_domain(domain) or lower in CASE_INSENSITIVE_MAILBOX_NAMES):
        local = lower
    return f"{local}@{domain}"


@lru_cache(maxsize=1 << 14)
def is_special_use(domain: str) -> bool:
    """Tell whether the domain is reserved (RFC 6761) and so never has a mailbox.

    >>> is_special_use("romashka.local"), is_special_use("romashka.ru")
    (True, False)
    """
    return any(domain == special or domain.endswith("." + special) for special in SPECIAL_USE_DOMAIN_NAMES)


def restore_alphabet(address: str) -> str:
    """Return the address with look-alike letters in the alphabet of their word, ``""`` where that cannot be known.

    A word that is all Cyrillic is no look-alike: «рос.ru» is not poc.ru, «mail.ру» is not mail.py.

    >>> restore_alphabet("klubо1@yandex.ru"), restore_alphabet("info@ромашкa.рф"), restore_alphabet("a@mail.ру")
    ('klubo1@yandex.ru', 'info@ромашка.рф', '')
    """
    if not _CYRILLIC.search(address):
        return address
    local, _, domain = address.rpartition("@")
    labels = domain.split(".")
    zone = labels[-1]
    labels = [_one_alphabet(label, latin_first=not _CYRILLIC.search(zone) or label == zone) for label in labels]
    zone = labels[-1].lower()
    cyrillic_zone = bool(_CYRILLIC.search(zone))
    if "" in labels or (cyrillic_zone and zone not in CYRILLIC_ZONES):
        return ""
    if zone in _UNCERTAIN_ZONES and _CYRILLIC.search(domain.rpartition(".")[2]):
        return ""
    domain = ".".join(labels)
    local = _one_alphabet(local, latin_first=True)
    if _CYRILLIC.search(local) and is_public_domain(domain.lower()):
        return ""  # None of them gives out Cyrillic logins.
    return f"{local}@{domain}" if local else ""


def _one_alphabet(word: str, latin_first: bool) -> str:
    if not (_CYRILLIC.search(word) and _LATIN.search(word)):
        return word
    restorers = (restore_latin, restore_cyrillic) if latin_first else (restore_cyrillic, restore_latin)
    for restore in restorers:
        changed = restore(word)
        if not (_CYRILLIC.search(changed) and _LATIN.search(changed)):
            return changed
    return ""
