"""E-mails: the addresses of a cell, their standard form, and the key that finds one mailbox in two spellings.

Source of the rules: RFC 5321, 5322 and 6531 as email-validator applies them (strict, no DNS), which is the
authority. Plain ASCII addresses take a fast path.
"""

import re
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from crmclean.fields.text import distinct_texts, map_distinct, restore_latin, spread_verdicts

_LABEL: Final = r"(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN: Final = re.compile(
    rf"(?=.{{1,64}}@)([a-z0-9_+\-]+(?:\.[a-z0-9_+\-]+)*)@((?:{_LABEL}\.)+[a-z]{{2,63}})", re.IGNORECASE | re.ASCII
)
_MAX_LENGTH: Final = 254
_AROUND_AT: Final = re.compile(r"\s*@\s*")
_SEPARATOR: Final = re.compile(r"\s*(?::::|[,;|\n\r\t]|\s/\s)\s*")
_PREFIX: Final = re.compile(
    r"^(?:mailto:|(?:e-?mail|mail|эл\.?\s?почта|почта|электронная почта|адрес|[aа])\s*:)\s*", re.IGNORECASE
)
_ANGLE: Final = re.compile(r"^<?([^<>\s]+@[^<>\s]+)>$")
_INSIDE: Final = re.compile(r"[^\s<>(),;:\"]+@[^\s<>(),;:\"]+")
_WRAPPING: Final = " \u00a0\u200b\ufeff\"'«»“”<>()[]"
_EMPTY_WORDS: Final = frozenset(
    {"нет", "нет данных", "нет почты", "no", "none", "n/a", "н/д", "нд", "н.д", "#н/д", "#n/a", "null", "отсутствует"}
)

_DOTLESS_DOMAINS: Final = frozenset({"gmail.com", "googlemail.com"})
_YANDEX_DOMAINS: Final = frozenset(
    {"ya.ru", "yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "yandex.uz", "narod.ru"}
)
_TAGGED_DOMAINS: Final = (
    _DOTLESS_DOMAINS | _YANDEX_DOMAINS | {"outlook.com", "hotmail.com", "icloud.com", "fastmail.com"}
)
_PUBLIC_DOMAINS: Final = (
    _TAGGED_DOMAINS
    | {"mail.ru", "bk.ru", "list.ru", "inbox.ru", "internet.ru", "rambler.ru", "lenta.ru", "yahoo.com", "live.com"}
)  # fmt: skip

_ROLES: Final = frozenset(
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
    }
)  # fmt: skip
_ROLE_TAIL: Final = re.compile(r"[._\-]?\d{0,3}$")

_FILLER_LOCALS: Final = frozenset(
    {
        "test", "test1", "test2", "testtest", "tester", "тест", "asdf", "asdfg", "asd", "qwe", "qwerty", "qwer", "zxc",
        "no", "net", "none", "null", "nomail", "no-mail", "noemail", "no-email", "no_email", "netpochty", "netu", "нет",
        "net-pochty", "net_pochty", "niknet", "empty", "nobody", "unknown", "fake", "aaa", "aaaa", "xxx", "123", "1234",
        "12345", "123456", "1", "11", "111", "a", "q", "x", "z", "abc", "example", "user", "email", "mail", "primer",
    }
)  # fmt: skip
_AMBIGUOUS_FILLERS: Final = frozenset({"mail", "email", "user", "example", "primer", "no", "net", "a", "q", "x", "z"})
_FILLER_DOMAINS: Final = frozenset({"test.ru", "test.com", "asdf.ru", "asdf.com", "qwerty.ru", "no.ru", "net.ru"})


def split_emails(cells: pd.Series) -> pd.DataFrame:
    """Return the addresses of every cell, one row an address.

    Args:
        cells: texts, any index.

    Returns:
        Columns ``position`` (0-based place of the cell), ``address`` (``""`` where it is none), ``raw`` and ``code``
        (``""``, ``email-invalid`` or ``email-filler``). A cell that holds nothing has no row.

    >>> split_emails(pd.Series(["ivanov @Mail.RU; info@romashka.ru", "petrova@rambler"]))
       position           address                raw           code
    0         0    ivanov@mail.ru     ivanov@Mail.RU
    1         0  info@romashka.ru   info@romashka.ru
    2         1                      petrova@rambler  email-invalid
    """
    codes, texts = distinct_texts(cells)
    parsed = [_read_cell(text) for text in texts]
    counts = np.fromiter((len(parts) for parts in parsed), dtype=np.int64, count=len(parsed))
    starts = np.cumsum(counts) - counts
    per_cell = counts[codes]
    position = np.repeat(np.arange(len(codes), dtype=np.int64), per_cell)
    within = np.arange(len(position)) - np.repeat(np.cumsum(per_cell) - per_cell, per_cell)
    taken = np.repeat(starts[codes], per_cell) + within
    flat = [part for parts in parsed for part in parts]
    frame = pd.DataFrame(
        {
            "address": pd.Series([address for address, _, _ in flat], dtype="str"),
            "raw": pd.Series([raw for _, raw, _ in flat], dtype="str"),
            "code": pd.Series([code for _, _, code in flat], dtype="str"),
        }
    )
    frame = frame.take(taken).reset_index(drop=True)
    frame.insert(0, "position", position)
    return frame


def normalize_emails(cells: pd.Series, joiner: str = ", ") -> pd.DataFrame:
    """Return every cell with its addresses trimmed and their domains in lower case.

    A cell with any part that is no possible address stays exactly as it is.

    Args:
        cells: texts, any index.
        joiner: what stands between the addresses of one cell.

    Returns:
        Columns ``value`` and ``code`` (``email-normalized``, a doubt, or ``""``), same index as ``cells``.

    >>> normalize_emails(pd.Series(["Ivanov @Mail.RU", "petrova@rambler"]))
                 value              code
    0   Ivanov@mail.ru  email-normalized
    1  petrova@rambler     email-invalid
    """
    codes, texts = distinct_texts(cells)
    written = [_write_cell(text, joiner) for text in texts]
    return spread_verdicts(cells, codes, [value for value, _ in written], [code for _, code in written])


def email_keys(addresses: pd.Series) -> pd.Series:
    """Return the key that two spellings of one mailbox share; ``""`` for what is no address; same index.

    Lower case; dots do not count at Gmail; a ``+tag`` does not count where the provider ignores it; Yandex delivers
    all its domains to one mailbox and takes ``-`` for ``.``.

    >>> email_keys(pd.Series(["Ivan.Petrov+crm@gmail.com", "i.petrov@ya.ru", "нет"])).tolist()
    ['ivanpetrov@gmail.com', 'i-petrov@yandex.ru', '']
    """
    return map_distinct(addresses, _make_key)


def is_role_mailbox(addresses: pd.Series) -> pd.Series:
    """Tell which addresses belong to a role and not to a person (info@, sales@, buh2@); same index.

    >>> is_role_mailbox(pd.Series(["info@romashka.ru", "ivanov@romashka.ru"])).tolist()
    [True, False]
    """
    return map_distinct(addresses, lambda text: "1" if _is_role(text) else "") == "1"


def is_filler_email(addresses: pd.Series) -> pd.Series:
    """Tell which addresses were typed only to get past a required field (test@test.ru, no@mail.ru); same index.

    >>> is_filler_email(pd.Series(["no@mail.ru", "asdf@asdf.ru", "ivanov@mail.ru"])).tolist()
    [True, True, False]
    """
    return map_distinct(addresses, lambda text: "1" if _is_filler(text) else "") == "1"


def company_domains(addresses: pd.Series) -> pd.Series:
    """Return the domain of each address, ``""`` for one of a public provider or for what is no address; same index.

    >>> company_domains(pd.Series(["ivanov@romashka.ru", "ivanov@mail.ru", ""])).tolist()
    ['romashka.ru', '', '']
    """
    return map_distinct(addresses, _company_domain)


def _company_domain(address: str) -> str:
    domain = address.strip().lower().rpartition("@")[2] if "@" in address else ""
    return "" if domain in _PUBLIC_DOMAINS else domain


def _read_cell(cell: str) -> list[tuple[str, str, str]]:
    """Return ``(address, raw, code)`` of every piece of the cell that claims to be an address."""
    if not cell or cell.isspace():
        return []
    plain = _read_plain(cell)
    if plain:
        return [(plain, cell, "email-filler" if _is_filler(plain) else "")]
    found = []
    for piece in _split_pieces(cell):
        address = _read_address(piece) or _find_inside(piece)
        code = ("email-filler" if _is_filler(address) else "") if address else _doubt_of(piece)
        found.append((address, piece, code))
    return found


def _split_pieces(cell: str) -> list[str]:
    """Return the pieces that separators, or a space between two addresses, part."""
    pieces: list[str] = []
    for part in _SEPARATOR.split(cell.replace("\u00a0", " ").strip()):
        text = _PREFIX.sub("", part.strip())
        angle = _ANGLE.match(text)
        if angle:
            text = angle.group(1)
        text = _AROUND_AT.sub("@", text).strip()
        if " " in text and text.count("@") != 1:
            pieces.extend(_PREFIX.sub("", word) for word in text.split())
        elif text:
            pieces.append(text)
    return [piece for piece in pieces if piece.strip(_WRAPPING + ".")] or [cell]


def _read_address(piece: str) -> str:
    text = restore_latin(piece.strip(_WRAPPING).rstrip("."))
    plain = _read_plain(text)
    if plain:
        return plain
    if "@" not in text or len(text) > _MAX_LENGTH * 2:
        return ""
    try:
        valid = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return ""
    return f"{valid.local_part}@{valid.domain}"


def _find_inside(piece: str) -> str:
    """Return the one address that stands among words: «Иван Петров <ivan@romashka.ru>»."""
    found = _INSIDE.findall(piece)
    if len(found) != 1 or len(found[0]) == len(piece):
        return ""
    return _read_address(found[0])


def _has_words(cell: str) -> bool:
    """Tell whether something besides addresses stands in the cell, which a rewritten cell would lose."""
    return any(not _read_address(piece) for piece in _split_pieces(cell))


def _read_plain(text: str) -> str:
    """Return the address if it is plain ASCII and surely valid, with its domain in lower case."""
    match = _PLAIN.fullmatch(text)
    if match is None or len(text) > _MAX_LENGTH:
        return ""
    local, domain = match.group(1), match.group(2).lower()
    if _is_special_use(domain):
        return ""
    return f"{local}@{domain}"


@lru_cache(maxsize=1 << 14)
def _is_special_use(domain: str) -> bool:
    return any(domain == special or domain.endswith("." + special) for special in SPECIAL_USE_DOMAIN_NAMES)


def _doubt_of(piece: str) -> str:
    text = piece.strip(_WRAPPING).rstrip(".").lower()
    says_nothing = text in _EMPTY_WORDS or not any(map(str.isalnum, text))
    return "email-filler" if says_nothing or _is_filler(text) else "email-invalid"


def _write_cell(cell: str, joiner: str) -> tuple[str, str]:
    plain = _read_plain(cell)
    if plain and not _is_filler(plain):
        return plain, "" if plain == cell else "email-normalized"
    parts = _read_cell(cell)
    doubts = [code for _, _, code in parts if code]
    if doubts or not parts:
        return cell, doubts[0] if doubts else ""
    if _has_words(cell):
        return cell, ""
    value = joiner.join(dict.fromkeys(address for address, _, _ in parts))
    return value, "" if value == cell else "email-normalized"


def _make_key(address: str) -> str:
    local, at, domain = address.strip().lower().rpartition("@")
    if not at or not local or "." not in domain:
        return ""
    if domain in _TAGGED_DOMAINS:
        local = local.partition("+")[0] or local
    if domain in _DOTLESS_DOMAINS:
        return f"{local.replace('.', '')}@gmail.com"
    if domain in _YANDEX_DOMAINS:
        return f"{local.replace('.', '-')}@yandex.ru"
    return f"{local}@{domain}"


def _is_role(address: str) -> bool:
    local, at, domain = address.strip().lower().rpartition("@")
    if not at:
        return False
    if domain in _PUBLIC_DOMAINS:
        # «director@mail.ru» may be anybody's nickname; a firm without a domain writes romashka-info@mail.ru.
        return local in _ROLES
    return _ROLE_TAIL.sub("", local) in _ROLES or re.split(r"[._\-]", local)[0] in _ROLES


def _is_filler(address: str) -> bool:
    local, at, domain = address.strip().lower().rpartition("@")
    if not at or not local:
        return False
    if local == domain.split(".")[0] and local in _FILLER_LOCALS:
        return True
    if domain in _FILLER_DOMAINS and (local in _FILLER_LOCALS or local == domain.split(".")[0]):
        return True
    if local in _AMBIGUOUS_FILLERS:
        return domain in _PUBLIC_DOMAINS
    return local in _FILLER_LOCALS
