"""What ``email_mailbox`` and ``email_provider`` say of one address, for whole columns of addresses in Arrow.

An address of ASCII with one ``@`` is judged here; every other text by those functions themselves. A test holds both
to one answer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmclean.fields.email_mailbox import (
    AMBIGUOUS_FILLERS,
    DOTLESS_DOMAINS,
    FILLER_LOCALS,
    LEAST_ROLE_BEFORE_WORDS,
    ROLE_TAIL,
    ROLES,
    TAGGED_DOMAINS,
    YANDEX_DOMAINS,
    is_filler,
    is_role,
    make_key,
)
from crmclean.fields.email_provider import (
    disposable_domains,
    is_disposable_domain,
    is_public_domain,
    mail_domains,
)
from crmclean.fields.text import merge_by_mask

Bools = NDArray[np.bool_]

_SIMPLE: Final = "^[!-?A-~]+@[!-?A-~]+$"
_AT: Final = pa.scalar("@", pa.large_string())


@dataclass(frozen=True)
class _Mailboxes:
    """The simple addresses of a column.

    Attributes:
        places: where they stand in the column.
        local: what stands before the ``@``, in small letters.
        domains: the distinct domains, in small letters.
        codes: which domain each address has.
    """

    places: NDArray[np.int64]
    local: pa.Array
    domains: pa.Array
    codes: NDArray[np.int64]

    @property
    def domain(self) -> pa.Array:
        """The domain of every address."""
        return self.domains.take(pa.array(self.codes))


def _read(texts: pa.Array) -> _Mailboxes:
    is_simple = pc.match_substring_regex(texts, _SIMPLE)
    halves = pc.split_pattern(pc.ascii_lower(texts.filter(is_simple)), "@").flatten()
    places = np.flatnonzero(as_bools(is_simple))
    local = halves.take(pa.array(np.arange(0, len(halves), 2)))
    domain = halves.take(pa.array(np.arange(1, len(halves), 2))).dictionary_encode()
    return _Mailboxes(places, local, domain.dictionary, domain.indices.to_numpy().astype(np.int64))


def make_keys(texts: pa.Array) -> pa.Array:
    """Return ``make_key`` of every address.

    >>> make_keys(pa.array(["Ivan.Petrov+crm@gmail.com", "i.petrov@ya.ru", "нет"], pa.large_string())).to_pylist()
    ['ivanpetrov@gmail.com', 'i-petrov@yandex.ru', '']
    """
    read = _read(texts)
    domains = read.domains
    tagged, dotless, yandex = (
        _is_in(domains, listed)[read.codes] for listed in (TAGGED_DOMAINS, DOTLESS_DOMAINS, YANDEX_DOMAINS)
    )
    domains = pc.if_else(pa.array(_is_in(domains, DOTLESS_DOMAINS)), "gmail.com", domains)
    domains = pc.if_else(pa.array(_is_in(domains, YANDEX_DOMAINS)), "yandex.ru", domains)
    tagged &= as_bools(pc.match_substring(read.local, "+"))
    local = _change(read.local, tagged, lambda part: pc.replace_substring_regex(part, r"^([^+]+)\+.*$", r"\1"))
    local = _change(local, dotless, lambda part: pc.replace_substring(part, ".", ""))
    local = _change(local, yandex, lambda part: pc.replace_substring(part, ".", "-"))
    keys = pc.binary_join_element_wise(local, domains.take(pa.array(read.codes)), _AT)
    has_zone = as_bools(pc.match_substring(read.domains, "."))[read.codes]
    keys = pc.if_else(pa.array(has_zone), keys, "")
    # A domain in Punycode is to be spelled first.
    is_known = ~as_bools(pc.match_substring(read.domains, "xn--"))[read.codes]
    is_known &= ~as_bools(pc.match_substring(read.local, "xn--"))
    return _complete(texts, read.places[is_known], keys.filter(pa.array(is_known)), make_key)


def find_company_domains(texts: pa.Array) -> pa.Array:
    """Return the domain of every address, ``""`` for one of a public provider or for what is no address.

    >>> find_company_domains(pa.array(["Ivanov@Romashka.RU", "ivanov@mail.ru", ""], pa.large_string())).to_pylist()
    ['romashka.ru', '', '']
    """
    read = _read(texts)
    public, disposable = tell_providers(read.domains)
    domains = pc.if_else(pa.array(public | disposable), "", read.domains)
    return _complete(texts, read.places, domains.take(pa.array(read.codes)), _find_company_domain)


def find_domain(text: str) -> str:
    """Return the domain of an address in small letters, ``""`` for what is no address.

    >>> find_domain("Ivanov@Romashka.RU"), find_domain("нет")
    ('romashka.ru', '')
    """
    return text.strip().lower().rpartition("@")[2] if "@" in text else ""


def _find_company_domain(text: str) -> str:
    domain = find_domain(text)
    return "" if is_public_domain(domain) or is_disposable_domain(domain) else domain


def are_roles(texts: pa.Array) -> Bools:
    """Tell which addresses belong to a role and not to a person.

    >>> are_roles(pa.array(["info@romashka.ru", "ivanov@romashka.ru"], pa.large_string())).tolist()
    [True, False]
    """
    read = _read(texts)
    public = _is_in(read.domains, mail_domains().public)[read.codes]
    return _judge_others(texts, read.places, tell_roles(read.local, public), is_role)


def are_fillers(texts: pa.Array) -> Bools:
    """Tell which addresses were typed only to get past a required field.

    >>> are_fillers(pa.array(["no@mail.ru", "asdf@asdf.ru", "ivanov@mail.ru"], pa.large_string())).tolist()
    [True, True, False]
    """
    read = _read(texts)
    names = pc.replace_substring_regex(read.domains, r"\..*$", "").take(pa.array(read.codes))
    # Every filler is one of these; few others are.
    near = _is_in(read.local, FILLER_LOCALS | AMBIGUOUS_FILLERS) | as_bools(pc.equal(read.local, names))
    sure = np.flatnonzero(~near)
    return _judge_others(texts, read.places[sure], np.zeros(len(sure), dtype=np.bool_), is_filler)


def tell_providers(domains: pa.Array) -> tuple[Bools, Bools]:
    """Return of each domain whether it is of a public provider, and whether of throw-away mailboxes.

    >>> [told.tolist() for told in tell_providers(pa.array(["mail.ru", "eu.mailinator.com"], pa.large_string()))]
    [[True, False], [False, True]]
    """
    disposable = _is_in(domains, disposable_domains())
    deeper = np.flatnonzero(as_bools(pc.greater(pc.count_substring(domains, "."), 1)))
    disposable[deeper] = [is_disposable_domain(text) for text in domains.take(pa.array(deeper)).to_pylist()]
    return _is_in(domains, mail_domains().public), disposable


def tell_roles(local: pa.Array, public: Bools) -> Bools:
    """Tell of what stands before the ``@`` in small letters whether it names a role; ``public``: of whose provider.

    >>> logins = pa.array(["buh2", "sales2", "it.petrov"], pa.large_string())
    >>> tell_roles(logins, np.array([False, True, False])).tolist()
    [True, False, False]
    """
    named = _is_in(local, ROLES)
    numbered = _is_in(pc.replace_substring_regex(local, ROLE_TAIL, ""), ROLES)
    first = pc.replace_substring_regex(local, r"[._\-].*$", "")
    led = _is_in(first, ROLES) & (pc.utf8_length(first).to_numpy() >= LEAST_ROLE_BEFORE_WORDS)
    return np.asarray(named | (~public & (numbered | led)), dtype=np.bool_)


def _change(texts: pa.Array, mask: Bools, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    if not mask.any():
        return texts
    taken = pa.array(mask)
    return pc.replace_with_mask(texts, taken, change(texts.filter(taken)))


def _complete(texts: pa.Array, places: NDArray[np.int64], found: pa.Array, judge: Callable[[str], str]) -> pa.Array:
    """Return what was found at ``places`` (rising), and what ``judge`` says of the other texts."""
    mask = np.zeros(len(texts), dtype=np.bool_)
    mask[places] = True
    others = [judge(text) for text in texts.filter(pa.array(~mask)).to_pylist()]
    return merge_by_mask(mask, found, pa.array(others, pa.large_string()))


def _judge_others(texts: pa.Array, places: NDArray[np.int64], found: Bools, judge: Callable[[str], bool]) -> Bools:
    verdicts = np.zeros(len(texts), dtype=np.bool_)
    verdicts[places] = found
    left = np.setdiff1d(np.arange(len(texts)), places, assume_unique=True)
    verdicts[left] = [judge(text) for text in texts.take(pa.array(left)).to_pylist()]
    return verdicts


def _is_in(texts: pa.Array, listed: Iterable[str]) -> Bools:
    return as_bools(pc.is_in(texts, pa.array(sorted(listed), pa.large_string())))


def as_bools(array: pa.Array) -> Bools:
    """Return an Arrow column of truth values as numpy's.

    >>> as_bools(pa.array([True, False])).tolist()
    [True, False]
    """
    return np.array(array, dtype=np.bool_)
