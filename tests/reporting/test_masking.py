"""What is hidden on a screen, and what is not."""

import pytest

from crmclean.reporting.masking import hide_digits, mask_contacts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("+79001234567", "+7 900 ***-**-67", id="e164"),
        pytest.param("8 (900) 123-45-67", "+7 900 ***-**-67", id="trunk"),
        pytest.param("89001234567", "+7 900 ***-**-67", id="bare"),
        pytest.param("9001234567", "+7 900 ***-**-67", id="ten"),
        pytest.param("900-123-45-67", "+7 900 ***-**-67", id="ten-dashes"),
        pytest.param("(495) 123-45-67", "+7 495 ***-**-67", id="city"),
        pytest.param("+375291234567", "+375 ***-**-67", id="belarus"),
        pytest.param("phone +79001234567, name", "phone +7 900 ***-**-67, name", id="inside"),
        pytest.param("ivanov@example.com", "iv***@example.com", id="mail"),
        pytest.param("7707083893", "7707083893", id="inn-of-a-company"),
        pytest.param("500100732259", "500100732259", id="inn-of-a-person"),
        pytest.param("12.05.2024 10:30", "12.05.2024 10:30", id="date"),
        pytest.param("ООО «Ромашка-2000»", "ООО «Ромашка-2000»", id="company"),
    ],
)
def test_mask_contacts(text: str, expected: str) -> None:
    assert mask_contacts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8 (900) 123-45-67", "8 (900) ***-**-67"),
        ("900 1234567", "900 *****67"),
        ("anna@example.com", "an***@example.com"),
        ("нет", "нет"),
    ],
)
def test_hide_digits(text: str, expected: str) -> None:
    assert hide_digits(text) == expected
