import numpy as np
import pytest

from crmclean.matching.arrays import MISSING
from crmclean.matching.comparing import compare_companies, compare_people
from crmclean.matching.levels import Compared
from tests.matching.people import companies_in, company, people_in, person

A, B, LINE, OTHER_LINE = "+79161112233", "+79262223344", "+78432001122", "+73832003344"
MAILBOX = "s.ivanov@example.ru"
FIRM, INN, OTHER_INN = "ООО «Ромашка»", "7707083893", "7736207543"
Row = dict[str, str]


def compared_people(*rows: Row, companies: list[int] | None = None) -> Compared:
    """Return the first two of ``rows`` compared as people, who belong to the companies of these numbers."""
    return compare_people(people_in(*rows, companies=companies), np.array([0]), np.array([1]))


def compared_companies(*rows: Row) -> Compared:
    """Return the first two of ``rows`` compared as companies."""
    companies = companies_in(*rows)
    return compare_companies(companies, companies.mention[[0]], companies.mention[[1]])


def levels_of(compared: Compared) -> dict[str, str]:
    """Return the level of every comparison that both records have a value for."""
    numbers = zip(compared.comparisons, compared.levels[0].tolist(), strict=True)
    return {item.name: item.levels[number - 1].code for item, number in numbers if number}


NAMES = ("last_name", "first_name", "middle_name")


@pytest.mark.parametrize(
    ("one", "other", "levels"),
    [
        pytest.param("Иванов Сергей Петрович", "ИВАНОВ СЕРГЕЙ ПЕТРОВИЧ", ["same", "same", "same"], id="same"),
        pytest.param("Королёв Пётр", "Королев Петр", ["same", "same", ""], id="ё"),
        pytest.param("Щербаков Юрий", "Shcherbakov Yuriy", ["same", "same", ""], id="transliteration"),
        pytest.param("Ивонов Сргей Петровч", "Иванов Сергей Петрович", ["close", "close", "close"], id="typos"),
        pytest.param("Петрова Анна", "Петров Анна", ["gender", "same", ""], id="gender ending"),
        pytest.param("Дзюбенко Саша", "Дзюбенко Александр", ["same", "diminutive", ""], id="diminutive"),
        pytest.param("Иванов С П", "Иванов Сергей Петрович", ["same", "initial", "initial"], id="initials"),
        pytest.param("Анна Дзюбенко", "Дзюбенко Анна", ["same", "same", ""], id="swapped columns"),
        pytest.param("Мариина Мария", "Мариина Марина", ["same", "different", ""], id="two names a letter apart"),
        pytest.param("Петрова Анна Ильинична", "Ким Вера Павловна", ["different"] * 3, id="two people"),
        pytest.param("Петрова-Водкина Анна", "Петрова Анна", ["similar", "same", ""], id="double surname"),
        pytest.param("- Анна", "Петрова Анна", ["", "same", ""], id="no surname"),
        pytest.param(
            "Иванов Сергей Иванович", "Иванов Иван Сергеевич", ["same", "different", "different"], id="father and son"
        ),
    ],
)
def test_the_levels_of_names(one: str, other: str, levels: list[str]) -> None:
    # A third record, so that no field is left out for want of two values.
    found = levels_of(compared_people(person(one), person(other), person("Лис Олег Ильич"), person("Бо Ян Юрьевич")))

    assert [found.get(name, "") for name in NAMES] == levels


MANY = [person(f"{name}", LINE, "office@example.ru") for name in ("Ким Олег", "Лис Вера", "Жуков Пётр")]


@pytest.mark.parametrize(
    ("one", "other", "levels"),
    [
        pytest.param({"phone": A}, {"phone": "8 (916) 111-22-33"}, {"phone": "same"}, id="spelling of the phone"),
        pytest.param({"phone": f"{B}; {A}"}, {"phone": A}, {"phone": "same"}, id="second phone"),
        pytest.param({"phone": A}, {"phone": B}, {"phone": "different"}, id="two phones"),
        pytest.param({"phone": LINE}, {"phone": LINE}, {"phone": "shared"}, id="reception phone"),
        pytest.param({"phone": f"{LINE}, {A}"}, {"phone": f"{LINE}, {A}"}, {"phone": "same"}, id="reception and own"),
        pytest.param({"phone": "+79999999999"}, {"phone": "+79999999999"}, {}, id="filler phone"),
        pytest.param({"phone": A}, {}, {}, id="one has a phone"),
        pytest.param(
            {"email": "S.Ivanov@Example.ru"},
            {"email": "s.ivanov@example.ru"},
            {"email": "same"},
            id="case of a mailbox",
        ),
        pytest.param(
            {"email": "info@romashka.example"}, {"email": "info@romashka.example"}, {"email": "shared"}, id="info@"
        ),
        pytest.param(
            {"email": "office@example.ru"}, {"email": "office@example.ru"}, {"email": "shared"}, id="mailbox of many"
        ),
        pytest.param(
            {"email": "s.ivanov@example.ru"},
            {"email": "s.ivanow@example.ru"},
            {"email": "close"},
            id="typo in a mailbox",
        ),
        pytest.param(
            {"email": "s.ivanov@example.ru"},
            {"email": "masha85@example.ru"},
            {"email": "different"},
            id="two mailboxes",
        ),
        pytest.param({"email": "test@test.ru"}, {"email": "test@test.ru"}, {}, id="filler mailbox"),
    ],
)
def test_the_levels_of_contacts(one: Row, other: Row, levels: Row) -> None:
    # Three more people use the line and the mailbox of the office.
    found = levels_of(compared_people(person("Иванов Сергей", **one), person("Иванов Сергей", **other), *MANY))

    assert {name: code for name, code in found.items() if name in ("phone", "email")} == levels


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        pytest.param("03.04.1985", "1985-04-03", "same", id="two spellings"),
        pytest.param("03.04.1985", "04.03.1985", "close", id="day and month swapped"),
        pytest.param("03.04.1985", "08.04.1985", "close", id="another digit"),
        pytest.param("30.04.1985", "02.05.1985", "close", id="two days later"),
        pytest.param("03.04.1985", "27.11.1985", "year", id="same year"),
        pytest.param("03.04.1985", "27.11.1991", "decade", id="six years"),
        pytest.param("03.04.1985", "27.11.1960", "different", id="a generation"),
        pytest.param("03.04.1985", "", "", id="unknown"),
    ],
)
def test_the_levels_of_birthdays(one: str, other: str, level: str) -> None:
    days = [one, other, "01.01.1970", "02.02.1971"]
    rows = [person("Иванов Сергей", **{"Дата рождения": day}) for day in days]

    assert levels_of(compared_people(*rows)).get("birthday", "") == level


def test_a_rare_surname_is_shared_by_fewer_records_than_a_frequent_one() -> None:
    names = ["Дзюбенко Олег", "Дзюбенко Вера", "Иванов Олег", "Иванов Иван", "Иванов Пётр", "Иванов Юрий"]
    people = people_in(*map(person, names))

    compared = compare_people(people, np.array([0, 2]), np.array([1, 3]))

    assert compared.frequency[:, compared.place("last_name")].tolist() == pytest.approx([2 / 6, 4 / 6])


def test_the_common_value_of_two_people_is_told() -> None:
    people = people_in(person("Иванов Сергей", f"{A}, {B}"), person("Ким Анна", B), person("Лис Олег", A))

    compared = compare_people(people, np.array([0, 0, 1]), np.array([1, 2, 2]))

    assert people.phone.values[compared.shared["phone"][:2]].tolist() == [B, A]
    assert compared.shared["phone"][2] == MISSING


@pytest.mark.parametrize(
    ("phone", "city", "expected"),
    [
        pytest.param(LINE, "Казань", {"company": "office", "city": "company"}, id="line of the office"),
        pytest.param(A, "Казань", {"company": "same", "city": "company"}, id="a mobile is nobody's office"),
    ],
)
def test_what_follows_from_the_company_is_told_already(phone: str, city: str, expected: Row) -> None:
    rows = [person(name, phone, Компания=FIRM, Город=city) for name in ("Иванов Сергей", "Ким Анна")]

    found = levels_of(compared_people(*rows, companies=[0, 0]))

    assert {name: found[name] for name in ("company", "city")} == expected


@pytest.mark.parametrize(
    ("one", "other", "levels"),
    [
        pytest.param(
            company(FIRM, INN), company("Ромашка, ООО", f"{INN}.0"), {"company": "same", "inn": "same"}, id="one firm"
        ),
        pytest.param(company("ООО «Стройсервис»"), company("Стройсрвис"), {"company": "close"}, id="typo"),
        pytest.param(company(FIRM), company("Ромашка Плюс"), {"company": "part"}, id="one name within the other"),
        pytest.param(company("Аптека № 5"), company("Аптека № 6"), {"company": "different"}, id="another number"),
        pytest.param(
            company(FIRM, INN), company(FIRM, OTHER_INN), {"company": "same", "inn": "different"}, id="two INN"
        ),
        pytest.param(company(FIRM, INN), company(FIRM, "7707083983"), {"company": "same"}, id="damaged INN"),
        pytest.param(
            company(FIRM, "", LINE), company(FIRM, "", LINE), {"company": "same", "phone": "same"}, id="office line"
        ),
        pytest.param(
            company(FIRM, "", LINE),
            company(FIRM, "", OTHER_LINE),
            {"company": "same", "phone": "different"},
            id="lines",
        ),
        pytest.param(
            company(FIRM, "", A), company(FIRM, "", B), {"company": "same"}, id="two mobiles say nothing against it"
        ),
        pytest.param(
            company(FIRM, "", "", "info@romashka.example"),
            company(FIRM, "", "", "info@romashka.example"),
            {"company": "same", "email": "same"},
            id="info@ is the mailbox of the firm",
        ),
        pytest.param(
            company(FIRM, "", "", "info@romashka.example"),
            company(FIRM, "", "", "zakaz@romashka.example"),
            {"company": "same", "email": "domain"},
            id="one domain",
        ),
        pytest.param(
            company(FIRM, "", "", "romashka@mail.ru"),
            company(FIRM, "", "", "vasilek@mail.ru"),
            {"company": "same"},
            id="a domain of everybody says nothing",
        ),
    ],
)
def test_the_levels_of_companies(one: Row, other: Row, levels: Row) -> None:
    others = [company("ООО «Вектор»", "5047031020", "+74957000001", "info@vektor.example")] * 2

    assert levels_of(compared_companies(one, other, *others)) == levels


def test_what_nobody_has_is_not_compared() -> None:
    compared = compared_people(person("Иванов Сергей", A), person("Ким Анна", B))

    assert [item.name for item in compared.comparisons] == ["last_name", "first_name", "phone"]
    assert compared.place("birthday") == MISSING
    assert compared.missing("birthday").tolist() == [True]
    assert compared.at("birthday", "same").tolist() == [False]


def test_pairs_are_taken_with_all_that_is_known_of_them() -> None:
    people = people_in(person("Иванов Сергей", A), person("Ким Анна", A), person("Лис Олег", B))
    compared = compare_people(people, np.array([0, 0, 1]), np.array([1, 2, 2]))

    taken = compared.take(np.array([2]))

    assert [taken.left.tolist(), taken.right.tolist(), len(taken)] == [[1], [2], 1]
    assert taken.levels.tolist() == compared.levels[2:].tolist()
    assert taken.shared["phone"].tolist() == [MISSING]
