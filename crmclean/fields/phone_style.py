"""The ways of writing a phone number that is known: E.164, international and national."""

from functools import lru_cache
from typing import Final

import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
from phonenumbers import PhoneNumberFormat

from crmclean.core.settings import PhoneStyle as PhoneStyle
from crmclean.fields.phone_numbering import read_number

_OF_SEVEN: Final = r"^\+7([0-9]{3})([0-9]{3})([0-9]{2})([0-9]{2})$"
_TEMPLATES: Final[dict[PhoneStyle, str]] = {"international": r"+7 \1 \2-\3-\4", "national": r"8 (\1) \2-\3-\4"}


def write_number(number: str, style: PhoneStyle) -> str:
    """Return an E.164 number in a style.

    Source of the grouping: three, three, two and two digits as Russian numbers are printed; the grouping of other
    countries is phonenumbers' own, and kept only where it reads back as the same number.

    >>> write_number("+79161234567", "national"), write_number("+375291234567", "national")
    ('8 (916) 123-45-67', '+375 29 123-45-67')
    """
    if style == "e164":
        return number
    if number.startswith("+7") and len(number) == 12:
        code, first, second, third = number[2:5], number[5:8], number[8:10], number[10:]
        return f"8 ({code}) {first}-{second}-{third}" if style == "national" else f"+7 {code} {first}-{second}-{third}"
    return _group_foreign(number)


@lru_cache(maxsize=1 << 14)
def _group_foreign(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    written = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    return written if read_number(written, "RU") == number and set(written) <= set("+0123456789 -()") else number


def write_plain(numbers: pa.Array, style: PhoneStyle) -> pa.Array:
    """Return E.164 numbers of +7 in a style, whole columns at once; ``""`` stays.

    >>> write_plain(pa.array(["+79161234567", ""]), "international").to_pylist()
    ['+7 916 123-45-67', '']
    """
    if style == "e164":
        return numbers
    return pc.replace_substring_regex(numbers, _OF_SEVEN, _TEMPLATES[style])
