"""Numbers in both languages."""

import pytest

from crmclean.core import i18n
from crmclean.reporting.numbers import format_count, format_share, format_weight


@pytest.fixture
def russian(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write numbers the Russian way."""
    monkeypatch.setattr(i18n, "_language", "ru")


@pytest.mark.usefixtures("russian")
def test_russian_numbers() -> None:
    assert format_count(1234567) == "1\u00a0234\u00a0567"
    assert format_share(1, 8) == "12,5\u00a0%"
    assert format_weight(-7.25) == "−7,2"


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(0, 10, "0%"), (10, 10, "100%"), (1, 3, "33.3%"), (1, 1_000_000, "<0.1%"), (999_999, 1_000_000, ">99.9%")],
)
def test_share_never_hides_the_last_record(part: float, whole: float, expected: str) -> None:
    assert format_share(part, whole) == expected
