"""Mail domains: public providers, those that share their mailboxes, throw-away ones, and slips in a popular one.

``data/email_domains.csv`` names the ``popular`` domains (what a slip is corrected to), the other ``public`` ones, and
their ``neighbour`` domains: real ones that look like a slip and are none. ``data/disposable_domains.txt`` names its
source itself.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from rapidfuzz.distance import OSA

_MISSPELT_ZONES: Final = {
    # None of these zones exists.
    "com": "con cmo ocm vom xom cim cpm cok comm coom ccom c0m clm kom com1 comu",
    "ru": "ri ry rj rh r7 r8 r ur u tu fu du ruu rru uru ru1 rus rg rt ryu eru tru ру",
    "net": "ner nrt ney ent nett neet",
}
# Zones of countries that are one key away from .com: a slip only in the name of a popular provider.
_COUNTRIES_NEAR_COM: Final = frozenset({"co", "cm", "om"})
_ZONE_OF: Final = {wrong: right for right, wrongs in _MISSPELT_ZONES.items() for wrong in wrongs.split()}


@dataclass(frozen=True)
class MailDomains:
    """What the list of domains says.

    Attributes:
        public: domains where anybody may have a mailbox.
        known: all domains of the list: none of them is a slip.
        popular: what a slip may be corrected to.
        similar: names that a name one slip away stands for, by zone.
        misspellings: wrong domain to the right one.
        dotless: popular domains without their dot.
    """

    public: frozenset[str]
    known: frozenset[str]
    popular: frozenset[str]
    similar: dict[str, tuple[str, ...]]
    misspellings: dict[str, str]
    dotless: dict[str, str]


@cache
def mail_domains() -> MailDomains:
    """Return the list of domains.

    >>> sorted(mail_domains().popular)[:3]
    ['bk.ru', 'gmail.com', 'googlemail.com']
    """
    text = files("crmclean.fields").joinpath("data/email_domains.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    popular = [row["domain"] for row in rows if row["kind"] == "popular"]
    similar: dict[str, tuple[str, ...]] = {}
    misspellings: dict[str, str] = {}
    for row in rows:
        name, _, zone = row["domain"].partition(".")
        if row["similar"] == "yes":
            similar[zone] = (*similar.get(zone, ()), name)
        misspellings |= {f"{wrong}.{zone}": row["domain"] for wrong in row["misspellings"].split()}
    return MailDomains(
        public=frozenset(row["domain"] for row in rows if row["kind"] != "neighbour"),
        known=frozenset(row["domain"] for row in rows),
        popular=frozenset(popular),
        similar=similar,
        misspellings=misspellings,
        dotless={domain.replace(".", ""): domain for domain in popular},
    )


@cache
def disposable_domains() -> frozenset[str]:
    """Return the domains of throw-away mailboxes.

    >>> "mailinator.com" in disposable_domains()
    True
    """
    text = files("crmclean.fields").joinpath("data/disposable_domains.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def is_public_domain(domain: str) -> bool:
    """Tell whether anybody may have a mailbox there; such a domain names no company.

    >>> is_public_domain("mail.ru"), is_public_domain("romashka.ru")
    (True, False)
    """
    return domain in mail_domains().public


def is_disposable_domain(domain: str) -> bool:
    """Tell whether mailboxes of the domain live for minutes; a subdomain counts as its domain.

    >>> is_disposable_domain("mailinator.com"), is_disposable_domain("eu.mailinator.com"), is_disposable_domain("ya.ru")
    (True, True, False)
    """
    listed = disposable_domains()
    while "." in domain:
        if domain in listed:
            return True
        domain = domain.partition(".")[2]
    return False


@cache
def slip_pattern() -> str:
    """Return a pattern (RE2) that every domain with a suggestion matches, and few others do.

    >>> import re
    >>> bool(re.search(slip_pattern(), "gmial.com")), bool(re.search(slip_pattern(), "vektor.ru"))
    (True, False)
    """
    listed = mail_domains()
    zones = "|".join(re.escape(zone) for zone in (*_ZONE_OF, *_COUNTRIES_NEAR_COM))
    exact = "|".join(re.escape(domain) for domain in (*listed.misspellings, *listed.dotless))
    near = "|".join(
        rf"{name[0]}[^.]{{{len(name) - 2},{len(name)}}}\.{re.escape(zone)}"
        for zone, names in listed.similar.items()
        for name in names
    )
    return rf"\.(?:{zones})$|^(?:{exact}|{near})$"


@lru_cache(maxsize=1 << 16)
def suggest_domain(domain: str) -> str:
    """Return the popular domain that was meant, ``""`` where the domain is a real one or nothing is near.

    Three kinds of slip: a zone that does not exist, a name one slip (a letter wrong, missing, doubled or two swapped)
    from a long popular name, and a dot left out. The first letter must agree: ymail.com is no slip of gmail.com.
    Short names are corrected from a list of misspellings alone, since mall.ru and mil.ru are real.

    >>> suggest_domain("gmial.com"), suggest_domain("mail.ri"), suggest_domain("yandexru"), suggest_domain("ymail.com")
    ('gmail.com', 'mail.ru', 'yandex.ru', '')
    """
    listed = mail_domains()
    if domain in listed.known:
        return ""
    if "." not in domain:
        return listed.dotless.get(domain, "")
    name, _, zone = domain.rpartition(".")
    right_zone = "com" if zone in _COUNTRIES_NEAR_COM else _ZONE_OF.get(zone, zone)
    right = f"{name}.{right_zone}"
    if right in (listed.popular if zone in _COUNTRIES_NEAR_COM else listed.public):
        return right
    if right in listed.known:
        return ""
    if right in listed.misspellings:
        return listed.misspellings[right]
    near = [
        f"{popular}.{right_zone}"
        for popular in listed.similar.get(right_zone, ())
        if popular[0] == name[:1] and OSA.distance(popular, name, score_cutoff=1) <= 1
    ]
    return near[0] if len(near) == 1 else ""
