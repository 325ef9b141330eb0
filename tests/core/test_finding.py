import pytest

from crmclean.core.finding import CATALOGUE, FINDING_COLUMNS, join_findings, make_findings, no_findings


def test_every_type_says_what_it_means_and_what_to_do() -> None:
    for code, item in CATALOGUE.items():
        assert code == item.code
        assert item.title
        assert item.meaning.endswith(".")
        assert item.remedy.endswith(".")


def test_a_code_outside_the_catalogue_is_refused() -> None:
    with pytest.raises(KeyError, match="phone-odd"):
        make_findings([1], "Телефон", ["phone-odd"], [""], [""])


def test_findings_are_joined_in_the_order_of_the_rows() -> None:
    phones = make_findings([2, 5], "Телефон", ["phone-impossible"] * 2, ["1", "2"], ["1", "2"])
    mails = make_findings([2, 3], "E-mail", ["email-invalid"] * 2, ["x", "y"], ["x", "y"])

    joined = join_findings([phones, mails, no_findings()])

    assert joined["row"].tolist() == [2, 2, 3, 5]
    assert joined["column"].tolist() == ["Телефон", "E-mail", "E-mail", "Телефон"]
    assert tuple(joined.columns) == FINDING_COLUMNS
