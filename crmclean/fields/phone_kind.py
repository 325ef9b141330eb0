"""What a number tells of itself: its kind, its region, and the hours of the day there.

Source: the plans, the places and the time zones that phonenumbers carries. A number that moved with its subscriber to
another operator keeps its kind.
"""

from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
import phonenumbers
from phonenumbers import PhoneNumberType

from crmclean.fields.phone_numbering import compile_national_pattern

_KINDS: Final = MappingProxyType(
    {
        PhoneNumberType.MOBILE: "mobile",
        PhoneNumberType.FIXED_LINE: "city",
        PhoneNumberType.FIXED_LINE_OR_MOBILE: "city-or-mobile",
        PhoneNumberType.TOLL_FREE: "toll-free",
        PhoneNumberType.PREMIUM_RATE: "premium",
        PhoneNumberType.SHARED_COST: "shared-cost",
        PhoneNumberType.PERSONAL_NUMBER: "personal",
        PhoneNumberType.VOIP: "internet",
        PhoneNumberType.PAGER: "pager",
        PhoneNumberType.UAN: "company",
        PhoneNumberType.VOICEMAIL: "voicemail",
    }
)
# phonenumbers has the two names exchanged: 495 and 499 are the codes of the city, 496 and 498 those of its region.
_CORRECTED: Final = MappingProxyType(
    {"+7495": "г. Москва", "+7496": "Московская обл.", "+7498": "Московская обл.", "+7499": "г. Москва"}
)
_OF_RUSSIA: Final = r"\+7[^7]\d{9}"
_OF_KAZAKHSTAN: Final = r"\+77\d{9}"
_CODE_OF_RUSSIA: Final = 5
_CODE_OF_KAZAKHSTAN: Final = 9


def describe_phones(numbers: pd.Series) -> pd.DataFrame:
    """Return kind, region and time zone of every number.

    Args:
        numbers: E.164 texts, any index; anything else is described as nothing.

    Returns:
        Columns ``kind`` (``mobile``, ``city``, ``toll-free`` …), ``region`` (as narrow as the plan tells, in Russian
        where phonenumbers has the name; of a mobile number the country) and ``time_zone`` (name of the IANA list;
        ``""`` where the number may be in several), same index.

    >>> describe_phones(pd.Series(["+78432000000", "+79161234567", "+78002000600", ""]))
            kind                region      time_zone
    0       city  Республика Татарстан  Europe/Moscow
    1     mobile                Россия
    2  toll-free
    3
    """
    codes, distinct = pd.factorize(numbers, use_na_sentinel=False)
    texts = pd.Series(distinct, dtype="str").fillna("")
    prefix = texts.where(texts.str.fullmatch(r"\+[1-9]\d{6,14}"), "")
    in_russia, in_kazakhstan = texts.str.fullmatch(_OF_RUSSIA), texts.str.fullmatch(_OF_KAZAKHSTAN)
    is_possible = texts.str.fullmatch(r"\+7" + compile_national_pattern())
    prefix = prefix.mask(in_russia, texts.str.slice(0, _CODE_OF_RUSSIA))
    prefix = prefix.mask(in_kazakhstan, texts.str.slice(0, _CODE_OF_KAZAKHSTAN))
    prefix = prefix.mask((in_russia | in_kazakhstan) & ~is_possible, "")
    prefix_of_text, prefixes = pd.factorize(prefix)
    # All numbers of one prefix are described alike: ask once, for the first of them.
    _, first = np.unique(prefix_of_text, return_index=True)
    known = [_describe(texts.iloc[place], code) for place, code in zip(first.tolist(), prefixes.tolist(), strict=True)]
    of_cell = prefix_of_text[codes]
    columns = ("kind", "region", "time_zone")
    return pd.DataFrame(
        {
            name: pd.Series([row[place] for row in known], dtype="str").array.take(of_cell)
            for place, name in enumerate(columns)
        },
        index=numbers.index,
    )


def _describe(number: str, prefix: str) -> tuple[str, str, str]:
    """Return kind, region and time zone of one number; the tables of places are heavy and loaded here only."""
    if not prefix:
        return "", "", ""
    from phonenumbers import geocoder, timezone

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return "", "", ""
    if not phonenumbers.is_valid_number(parsed):
        return "", "", ""
    zones = timezone.time_zones_for_number(parsed)
    region = _CORRECTED.get(prefix) or geocoder.description_for_number(parsed, "ru")
    zone = zones[0] if len(zones) == 1 and zones[0] != timezone.UNKNOWN_TIMEZONE else ""
    return _KINDS.get(phonenumbers.number_type(parsed), ""), region, zone
