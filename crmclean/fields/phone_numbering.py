"""Which numbers exist: the plan of country code 7 compiled from phonenumbers' metadata, and phonenumbers for the rest.

Source of the rules: ITU-T E.164 and the national plans as phonenumbers carries them. Russia and Kazakhstan share
country code 7 and the trunk prefix 8.
"""

import re
from functools import cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat

SHARED_PLAN: Final = frozenset({"RU", "KZ"})
"""Regions whose numbers begin with +7 and whose trunk prefix is 8."""

_KINDS: Final = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "uan")
NEIGHBOURS: Final = ("373", "374", "375", "380", "992", "993", "994", "995", "996", "998")
"""Country codes of neighbours, which lists also write without ``+``; no number of +7 has them in front."""

_LONGEST_NUMBER: Final = 15
_LONGEST_ABROAD: Final = 18
_SERVICE: Final = re.compile(r"0\d{1,3}|(?:8-?)?1\d\d")
_SAME_DIGIT: Final = re.compile(r"(\d)\1*")
_RISING: Final = "01234567890123456789"
_FALLING: Final = _RISING[::-1]


@cache
def compile_national_pattern() -> str:
    """Return one regular expression of all valid ten-digit national numbers of +7; RE2 and ``re`` both take it.

    >>> bool(re.fullmatch(compile_national_pattern(), "9161234567"))
    True
    """
    parts: list[str] = []
    for region, first_digit in (("RU", "[3489]"), ("KZ", "7")):
        metadata = PhoneMetadata.metadata_for_region(region)
        descriptions = [getattr(metadata, kind) for kind in _KINDS] if metadata else []
        for description in descriptions:
            if description is None or not description.national_number_pattern or 10 not in description.possible_length:
                continue
            if _starts_with(description.national_number_pattern, first_digit):
                parts.append(f"(?:{description.national_number_pattern})")
    return "(?:" + "|".join(parts) + ")"


def _starts_with(pattern: str, first_digit: str) -> bool:
    """Tell whether a kind of number belongs to the region: Kazakhstan also lists Russia's 800 as its own."""
    lead = pattern.removeprefix("(?:")[0]
    return re.fullmatch(first_digit, lead) is not None


@cache
def _national_matcher() -> re.Pattern[str]:
    return re.compile(compile_national_pattern())


def is_valid_national(digits: str) -> bool:
    """Tell whether ten digits are a number that can exist behind +7.

    >>> is_valid_national("4952496744"), is_valid_national("2952496744")
    (True, False)
    """
    return len(digits) == 10 and _national_matcher().fullmatch(digits) is not None


def read_number(text: str, region: str) -> str:
    """Return the E.164 form of a text that holds one complete number and nothing else, or ``""``.

    Args:
        text: digits with ``+``, brackets, dashes, dots and spaces between them.
        region: two letters; how a number without ``+`` is read.

    >>> read_number("8 (495) 249-67-44", "RU"), read_number("+375 29 123-45-67", "RU"), read_number("249-67-44", "RU")
    ('+74952496744', '+375291234567', '')
    """
    digits = "".join(filter(str.isdecimal, text))
    if not 9 <= len(digits) <= (_LONGEST_ABROAD if digits.startswith(("810", "00")) else _LONGEST_NUMBER):
        return ""
    is_international = text.lstrip(" (").startswith("+")
    if region in SHARED_PLAN:
        national = _take_national(text, digits, is_international)
        if national and is_valid_national(national) and not _is_foreign_after_plus_8(text, digits, is_international):
            return "+7" + national
        if is_international and digits[0] == "7" and len(digits) - 1 not in _lengths_behind_seven():
            return ""
        if is_international or (digits.startswith(NEIGHBOURS) and len(digits) > 10):
            return _ask_library("+" + digits, region)
        if digits.startswith("00"):
            # The international prefix of nearly all other countries; no number of +7 begins with it.
            return _ask_library("+" + digits[2:], region)
        return _ask_library(digits, region) if digits.startswith("810") else ""
    return _ask_library("+" + digits if is_international else digits, region)


@cache
def _lengths_behind_seven() -> frozenset[int]:
    """Return how many digits can stand behind +7 in a number that exists, with or without the trunk prefix 8."""
    lengths: set[int] = set()
    for region in SHARED_PLAN:
        metadata = PhoneMetadata.metadata_for_region(region)
        if metadata and metadata.general_desc:
            lengths.update(metadata.general_desc.possible_length)
    return frozenset(lengths | {length + 1 for length in lengths})


def _take_national(text: str, digits: str, is_international: bool) -> str:
    """Return the digits behind +7 or the trunk prefix 8; ``""`` where the spelling speaks against ten digits."""
    if len(digits) == 11 and digits[0] in "78":
        return digits[1:]
    if len(digits) == 12 and is_international and digits.startswith("78"):
        return digits[2:]
    if len(digits) == 10 and not is_international and not has_lone_prefix(text):
        return digits
    return ""


def has_lone_prefix(text: str) -> bool:
    """Tell whether an 8 or 7 stands apart in front, so that ten digits in all mean that one was lost.

    >>> has_lone_prefix("8-343-123-456"), has_lone_prefix("812 345-67-89")
    (True, False)
    """
    bare = text.lstrip(" (")
    return len(bare) > 1 and bare[0] in "78" and not bare[1].isdecimal()


def _is_foreign_after_plus_8(text: str, digits: str, is_international: bool) -> bool:
    """Tell whether ``+8…`` written in one run is a valid number of Asia rather than a trunk prefix after a plus."""
    if not is_international or digits[0] != "8" or has_lone_prefix(text.lstrip(" (+")):
        return False
    return bool(_ask_library("+" + digits, "RU"))


def _ask_library(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_filler(digits: str) -> bool:
    """Tell whether somebody typed these digits only to get past a required field.

    One digit again and again, a run of the keyboard, a subscriber number of zeros, or +7 999 with either: the
    numbers that form masks and testers use.

    >>> is_filler("79999999999"), is_filler("1234567"), is_filler("79161111111"), is_filler("79165550000")
    (True, True, False, False)
    """
    if not digits:
        return False
    if len(digits) == 11 and digits[-1] != digits[-2] and digits[-3:] not in _RISING and digits[-3:] not in _FALLING:
        # Nearly all numbers leave here: none of the patterns below can match them.
        return False
    if _SAME_DIGIT.fullmatch(digits) or (len(digits) > 2 and (digits in _RISING or digits in _FALLING)):
        return True
    if len(digits) not in (10, 11):
        return False
    subscriber = digits[-9:]
    if _SAME_DIGIT.fullmatch(subscriber) or subscriber in _RISING or subscriber in _FALLING:
        return True
    if subscriber.endswith("0000000"):
        return True
    return digits[-10:-7] == "999" and (
        _SAME_DIGIT.fullmatch(digits[-7:]) is not None or digits[-7:] in ("1234567", "7654321")
    )


def is_service(text: str) -> bool:
    """Tell whether a text is a short number of a service: 112, 101 to 104, 07, 009, 060, 8-190.

    Source: the Russian plan of numbering gives 1XX to emergency and information services; 0X and 0XX are their older
    form, 0XXX is used by mobile operators.

    >>> is_service("112"), is_service("8-190"), is_service("495")
    (True, True, False)
    """
    return _SERVICE.fullmatch(text) is not None
