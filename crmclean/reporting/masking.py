"""Contacts on a screen: enough to recognise the value, too little to carry it away."""

import re
from typing import Final

# Ten or more digits of a phone as people write them. A bare run of digits counts only where it cannot be an INN
# or an ID: eleven from 7 or 8, or ten from 9 (the mobile numbers of Russia).
_PHONE: Final = re.compile(
    r"(?<![\w@.+])(?:\+\d[\d ()\-\u00a0]{8,18}\d|[78]\d{10}|9\d{9}|\(?[78]?[ (\-]*\d{3,5}[ )\-]+\d[\d\- ]{4,9}\d)(?!\w)"
)
_EMAIL: Final = re.compile(r"([^\s@<>,;:]{1,64})@([^\s@<>,;]+\.\w+)")


def mask_contacts(text: str) -> str:
    """Return ``text`` with every phone and e-mail address in it partly hidden.

    >>> mask_contacts("same phone +79001234567, ivanov@example.com; INN 7707083893")
    'same phone +7 900 ***-**-67, iv***@example.com; INN 7707083893'
    """
    return _EMAIL.sub(_mask_email, _PHONE.sub(_mask_phone, text))


def hide_digits(text: str) -> str:
    """Return ``text`` with the middle digits of every phone hidden, its way of writing kept; mailboxes as above.

    >>> hide_digits("8(900)0001122"), hide_digits("+79000001122")
    ('8(900)*****22', '+7900*****22')
    """
    return _EMAIL.sub(_mask_email, _PHONE.sub(_hide_middle, text))


def _hide_middle(match: re.Match[str]) -> str:
    places = [place for place, sign in enumerate(match[0]) if sign.isdigit()]
    hidden = set(places[-7:-2])
    return "".join("*" if place in hidden else sign for place, sign in enumerate(match[0]))


def _mask_phone(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    if not 10 <= len(digits) <= 15:
        return match[0]
    if len(digits) == 10:
        digits = "7" + digits
    elif len(digits) == 11 and digits[0] == "8" and not match[0].startswith("+"):
        digits = "7" + digits[1:]
    country = digits[:1] if digits[0] in "17" else digits[:3]
    area = digits[len(country) : len(country) + 3] if len(country) == 1 else ""
    return " ".join(part for part in (f"+{country}", area, f"***-**-{digits[-2:]}") if part)


def _mask_email(match: re.Match[str]) -> str:
    return f"{match[1][:2]}***@{match[2]}"
