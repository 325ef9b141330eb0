"""What the generator writes is what people write: forms of names, spellings of numbers, slips of fingers."""

import re

import pytest

from benchmarks.generator.chance import Chance, Weighted
from benchmarks.generator.numbers import NumberBook, control_digit, head_office_kpp
from benchmarks.generator.people import feminine_surname, patronymic
from benchmarks.generator.spelling import mistype, spell_email, spell_phone, transliterate, use_latin_twins


@pytest.mark.parametrize(
    ("masculine", "feminine"),
    [
        ("Иванов", "Иванова"),
        ("Соловьёв", "Соловьёва"),
        ("Никитин", "Никитина"),
        ("Достоевский", "Достоевская"),
        ("Бойко", "Бойко"),
        ("Черных", "Черных"),
        ("Ким", "Ким"),
        ("Петров-Водкин", "Петрова-Водкина"),
    ],
)
def test_feminine_surname(masculine: str, feminine: str) -> None:
    assert feminine_surname(masculine) == feminine


@pytest.mark.parametrize(
    ("father", "son", "daughter"),
    [
        ("Иван", "Иванович", "Ивановна"),
        ("Сергей", "Сергеевич", "Сергеевна"),
        ("Василий", "Васильевич", "Васильевна"),
        ("Дмитрий", "Дмитриевич", "Дмитриевна"),
        ("Игорь", "Игоревич", "Игоревна"),
        ("Илья", "Ильич", "Ильинична"),
        ("Никита", "Никитич", "Никитична"),
        ("Пётр", "Петрович", "Петровна"),
    ],
)
def test_patronymic(father: str, son: str, daughter: str) -> None:
    assert (patronymic(father, female=False), patronymic(father, female=True)) == (son, daughter)


@pytest.mark.parametrize(
    ("text", "alphabet", "latin"),
    [
        ("Юлия Щербакова", 0, "Yuliya Shcherbakova"),
        ("Юлия Щербакова", 1, "Julija Scherbakova"),
        ("Хохлов Сергей", 0, "Khokhlov Sergey"),
        ("хохлов", 2, "hohlov"),
    ],
)
def test_transliterate(text: str, alphabet: int, latin: str) -> None:
    assert transliterate(text, alphabet) == latin


def test_a_phone_keeps_its_digits_in_every_spelling() -> None:
    chance = Chance(1)
    spellings = {spell_phone(chance, "79161234567", notes=False) for _ in range(2000)}
    assert len(spellings) >= 19
    for text in spellings:
        assert re.sub(r"\D", "", text.removesuffix(".0"))[-10:] == "9161234567"


def test_an_address_stays_the_same_but_for_case_and_stray_signs() -> None:
    chance = Chance(2)
    spellings = {spell_email(chance, "petrov@example.ru") for _ in range(3000)}
    assert len(spellings) >= 6
    plain = {text.lower().removeprefix("e-mail:").strip(" ;").replace(" ", "") for text in spellings}
    assert plain == {"petrov@example.ru"}


def test_a_slip_changes_the_word_a_little() -> None:
    chance = Chance(3)
    for _ in range(500):
        slipped = mistype(chance, "Щербаков")
        assert slipped != "Щербаков"
        assert abs(len(slipped) - 8) <= 1


def test_latin_twins_look_the_same() -> None:
    twins = use_latin_twins(Chance(4), "Колесников")
    assert twins != "Колесников"
    assert twins.translate(str.maketrans("aeopcyxABEKMHOPCTX", "аеорсухАВЕКМНОРСТХ")) == "Колесников"


@pytest.mark.parametrize(
    ("inn", "kpp"),
    [pytest.param("7707083893", "770701001", id="the example of many manuals"), ("7830002293", "783001001")],
)
def test_control_digit_of_a_known_inn(inn: str, kpp: str) -> None:
    assert control_digit(inn[:9], (2, 4, 10, 3, 5, 9, 4, 6, 8)) == inn[9]
    assert head_office_kpp(inn) == kpp


def test_control_digits_of_a_persons_inn() -> None:
    assert control_digit("5001007322", (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) == "5"
    assert control_digit("50010073225", (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) == "9"


def test_numbers_are_given_once_and_look_like_no_filler() -> None:
    book = NumberBook(Chance(5))
    numbers = [book.mobile() for _ in range(20_000)]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"79\d{9}", number) and len(set(number[1:])) > 3 for number in numbers)


def test_weights_are_kept() -> None:
    chance, choice = Chance(6), Weighted({"often": 9.0, "seldom": 1.0})
    assert 0.87 < sum(choice.draw(chance) == "often" for _ in range(5000)) / 5000 < 0.93
