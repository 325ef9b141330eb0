"""Ask the DNS which mail domains can take mail at all: the one use of the network, only where a user asks for it.

Source of the rules: RFC 5321, 5.1 (MX, else the host itself by its A or AAAA record) and RFC 7505 (a null MX takes no
mail). Only the domains leave the machine, each once, never the part before the @; nothing is logged.
"""

import re
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import dns.exception
import dns.inet
import dns.name
import dns.rdatatype
import dns.resolver
import pandas as pd

from crmclean.core.errors import UsageError
from crmclean.core.i18n import _
from crmclean.fields.email import email_domains, split_emails

ACCEPTS: Final = "accepts"
NO_SUCH_DOMAIN: Final = "no-such-domain"
NULL_MX: Final = "null-mx"
NO_MAIL_HOST: Final = "no-mail-host"
UNKNOWN: Final = "unknown"
DEAD_VERDICTS: Final = frozenset({NO_SUCH_DOMAIN, NULL_MX, NO_MAIL_HOST})
"""The verdicts that are certain: no mail can arrive. ``unknown`` says nothing about the client."""

_MAX_THREADS: Final = 16
_MAX_PORT: Final = 65535
_SERVER: Final = re.compile(
    r"(?:\[(?P<bracketed>[^\]]+)\]|(?P<address>[^:\[\]]+))(?::(?P<port>[0-9]{1,5}))?|(?P<bare>[0-9a-fA-F:.]+)"
)


@dataclass(frozen=True, slots=True)
class _Inquiry:
    """How to ask: the resolver, the seconds for one domain, and the moment (monotonic) when asking must end."""

    resolver: dns.resolver.Resolver
    timeout: float
    end: float


def check_mail_domains(
    domains: Iterable[str],
    resolver: dns.resolver.Resolver | None = None,
    timeout: float = 5.0,
    threads: int = _MAX_THREADS,
    budget: float = 120.0,
) -> pd.DataFrame:
    """Return for each domain whether mail can arrive there.

    Args:
        domains: names in any order, in any case, also Cyrillic ones; each is asked for once.
        resolver: what to ask; that of the system by default.
        timeout: seconds for one domain, all its questions together.
        threads: how many domains are asked for at once, at most 16.
        budget: seconds for all; what is not answered by then is ``unknown``.

    Returns:
        Columns ``domain`` (lower case, sorted) and ``verdict``: ``accepts``, ``no-such-domain``, ``null-mx``
        (RFC 7505), ``no-mail-host`` (the name exists, without MX and address) or ``unknown`` (no answer in time, a
        failing server, no network).
    """
    distinct = sorted({domain.strip().lower() for domain in domains} - {""})
    if resolver is None:
        resolver = _system_resolver()
    if resolver is None:
        verdicts = [UNKNOWN] * len(distinct)
    else:
        inquiry = _Inquiry(resolver, timeout, time.monotonic() + budget)
        with ThreadPoolExecutor(max_workers=max(1, min(threads, _MAX_THREADS))) as pool:
            verdicts = list(pool.map(lambda domain: _check_domain(domain, inquiry), distinct))
    return pd.DataFrame({"domain": pd.Series(distinct, dtype="str"), "verdict": pd.Series(verdicts, dtype="str")})


def resolver_at(server: str) -> dns.resolver.Resolver | None:
    """Return a resolver that asks one name server alone, ``None`` (that of the system) for ``""``.

    Args:
        server: ``ADDRESS`` or ``ADDRESS:PORT``; an IPv6 address with a port stands in square brackets.

    Raises:
        UsageError: this is no address of a name server.

    >>> made = resolver_at("192.0.2.53:5353")
    >>> made.nameservers, made.port
    (['192.0.2.53'], 5353)
    """
    if not server:
        return None
    parts = _SERVER.fullmatch(server)
    address = (parts["bracketed"] or parts["address"] or parts["bare"]) if parts else ""
    port = int(parts["port"] or 53) if parts else 0
    if not dns.inet.is_address(address) or not 0 < port <= _MAX_PORT:
        raise UsageError(
            _("{server}: not the address of a name server.").format(server=server),
            _("Write --dns ADDRESS or --dns ADDRESS:PORT, for example --dns 192.0.2.53."),
        )
    made = dns.resolver.Resolver(configure=False)
    made.nameservers, made.port = [address], port
    return made


def domains_of_cells(cells: "pd.Series[str]") -> list[str]:
    """Return the different domains of all addresses of a column, sorted.

    >>> domains_of_cells(pd.Series(["anna@romashka.ru; b@mail.ru", "c@Mail.ru", "нет"]))
    ['mail.ru', 'romashka.ru']
    """
    addresses = split_emails(cells)["address"]
    return sorted(set(email_domains(addresses).unique().tolist()) - {""})


def mark_dead_domains(cells: "pd.Series[str]", checked: pd.DataFrame) -> "pd.Series[str]":
    """Return ``email-no-mx`` for every cell with an address at a domain that takes no mail, else ``""``; same index.

    Args:
        cells: texts.
        checked: what ``check_mail_domains`` returned.

    >>> checked = pd.DataFrame({"domain": ["romashka.ru"], "verdict": ["null-mx"]})
    >>> mark_dead_domains(pd.Series(["anna@romashka.ru", "anna@mail.ru"]), checked).tolist()
    ['email-no-mx', '']
    """
    found = split_emails(cells)
    dead = checked.loc[checked["verdict"].isin(DEAD_VERDICTS), "domain"]
    places = found.loc[email_domains(found["address"]).isin(dead), "position"].unique()
    codes = pd.Series("", index=cells.index, dtype="str")
    codes.iloc[places] = "email-no-mx"
    return codes


def _system_resolver() -> dns.resolver.Resolver | None:
    try:
        return dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return None


def _check_domain(domain: str, inquiry: _Inquiry) -> str:
    end = min(inquiry.end, time.monotonic() + inquiry.timeout)
    try:
        # IDNA 2008, as email-validator reads domains. The name is absolute: no search list of this machine.
        name = dns.name.from_text(domain, idna_codec=dns.name.IDNA_2008_Practical)
        answer = _ask(name, dns.rdatatype.MX, inquiry.resolver, end)
        if answer.rrset is not None:
            return NULL_MX if all(item.exchange == dns.name.root for item in answer.rrset) else ACCEPTS
        for kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
            if _ask(name, kind, inquiry.resolver, end).rrset is not None:
                return ACCEPTS
    except dns.resolver.NXDOMAIN:
        return NO_SUCH_DOMAIN
    except (dns.exception.DNSException, OSError, UnicodeError):
        return UNKNOWN
    return NO_MAIL_HOST


def _ask(
    name: dns.name.Name, kind: dns.rdatatype.RdataType, resolver: dns.resolver.Resolver, end: float
) -> dns.resolver.Answer:
    left = end - time.monotonic()
    if left <= 0:
        raise dns.exception.Timeout
    return resolver.resolve(name, kind, raise_on_no_answer=False, lifetime=left, search=False)
