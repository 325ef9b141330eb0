"""Numbers as people of the chosen language write them."""

import math

from crmclean.core.i18n import _, language

_NO_BREAK_SPACE = "\u00a0"


def format_count(value: float) -> str:
    """Return a count with its thousands apart, without decimals where there are none.

    >>> format_count(1234567)
    '1,234,567'
    >>> format_count(0.5)
    '0.5'
    """
    if math.isnan(value):
        return ""
    return _localise(f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0").rstrip("."))


def format_share(part: float, whole: float = 1.0) -> str:
    """Return ``part`` of ``whole`` in per cent; ``""`` where there is no whole.

    Never says 0 % of something that is there, nor 100 % of something that is not complete.

    >>> format_share(1, 8), format_share(1, 100_000), format_share(99_999, 100_000), format_share(1, 0)
    ('12.5%', '<0.1%', '>99.9%', '')
    """
    if not whole or math.isnan(part):
        return ""
    percent = 100 * part / whole
    if 0 < percent < 0.1:
        return "<" + _percent(0.1)
    if 99.9 < percent < 100:
        return ">" + _percent(99.9)
    return _percent(percent)


def format_figure(value: float) -> str:
    """Return a share or score with four decimals, for comparing it with others.

    Never says 0 of something that is there, nor 1 of something that is not complete.

    >>> format_figure(0.99531), format_figure(0.99999), format_figure(0.00001)
    ('0.9953', '0.9999', '0.0001')
    """
    if 0 < value < 1:
        value = min(max(value, 0.0001), 0.9999)
    return _localise(f"{value:.4f}")


def format_weight(value: float) -> str:
    """Return a match weight with its sign, a true minus for the negative.

    >>> format_weight(7.25), format_weight(-3.0)
    ('+7.2', '−3.0')
    """
    if math.isnan(value):
        return ""
    return _localise(f"{value:+.1f}").replace("-", "−")


def format_seconds(value: float) -> str:
    """Return a duration in the user's language.

    >>> format_seconds(3.21), format_seconds(125)
    ('3.2 s', '2 min 5 s')
    """
    if value < 60:
        return _("{seconds} s").format(seconds=_localise(f"{value:.1f}"))
    minutes, seconds = divmod(round(value), 60)
    return _("{minutes} min {seconds} s").format(minutes=format_count(minutes), seconds=seconds)


def _percent(value: float) -> str:
    digits = _localise(f"{value:.1f}".removesuffix(".0"))
    return f"{digits}{_NO_BREAK_SPACE}%" if language() == "ru" else f"{digits}%"


def _localise(number: str) -> str:
    if language() != "ru":
        return number
    return number.replace(",", _NO_BREAK_SPACE).replace(".", ",")
