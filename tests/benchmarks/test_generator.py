"""The generator invents the same base for the same seed, and its truth can be read off the rows."""

import ast
import csv
import io
import re
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

import benchmarks.generator
from benchmarks.generator import LAYOUTS, PROFILES, Base, Profile, generate, line_writer, write_base, write_truth

ROWS = 6000
DUPLICATES_OF_PEOPLE = {
    "same-again",
    "phone-spelling",
    "phone-column",
    "second-phone",
    "new-phone-same-mail",
    "typo",
    "yo",
    "lookalikes",
    "transliteration",
    "diminutive",
    "initials",
    "swapped-name",
    "full-name-in-one",
    "maiden-name",
    "first-name-and-phone",
}
DUPLICATES_OF_COMPANIES = {
    "company-again",
    "company-form",
    "company-quotes",
    "company-abbreviation",
    "company-latin",
    "company-typo",
    "inn-missing",
    "inn-damaged",
    "inn-lost-zero",
}
KEPT_APART = {
    "colleague-reception",
    "colleague-info-mail",
    "spouse",
    "child",
    "father",
    "son",
    "namesake",
    "sim-first-owner",
    "sim-reissued",
    "same-name-company",
    "head-office",
    "branch",
    "placeholder",
    "filler-contact",
}
FIRST = {"original", "company-card"}


@pytest.fixture(scope="module")
def base() -> Base[list[str]]:
    """A mixed base in the plain layout; the cells of its rows without the ID."""
    return generate(ROWS, 11, "mixed", LAYOUTS["plain"], list)


def cell(base: Base[list[str]], row: int, heading: str) -> str:
    """Return a cell of the plain layout by its heading."""
    return base.lines[row][LAYOUTS["plain"].header.index(heading) - 1]


def phones_of(base: Base[list[str]], row: int) -> set[str]:
    """Return the last ten digits of every number in the row that is not a filler."""
    text = f"{cell(base, row, 'Телефон')}, {cell(base, row, 'Телефон 2')}"
    text = re.sub(r"\.0\b|(,? ?\(?доб\.? ?| #)\d+\)?| после 18", "", text)
    found = {re.sub(r"\D", "", part)[-10:] for part in text.split(", ")}
    return {digits for digits in found if len(set(digits)) > 3}


def mails_of(base: Base[list[str]], row: int) -> set[str]:
    """Return the addresses of the row in small letters."""
    return set(re.findall(r"[\w.-]+@[\w.-]+", cell(base, row, "E-mail").lower().replace(" @", "@")))


def inn_holds(inn: str) -> bool:
    """Check the control digits by the order of the tax service, written out weight by weight."""
    digits = [int(digit) for digit in inn]
    if len(digits) == 10:
        weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
        return sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11 % 10 == digits[9]
    first, second = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    return (
        sum(weight * digit for weight, digit in zip(first, digits, strict=False)) % 11 % 10 == digits[10]
        and sum(weight * digit for weight, digit in zip(second, digits, strict=False)) % 11 % 10 == digits[11]
    )


def test_the_same_seed_gives_the_same_base() -> None:
    layout = LAYOUTS["bitrix24"]
    first, again, other = (generate(500, seed, "mixed", layout, line_writer(layout)) for seed in (5, 5, 6))
    assert first == again
    assert first.lines != other.lines


@pytest.mark.parametrize("profile", PROFILES)
def test_it_has_exactly_the_rows_asked_for(profile: Profile) -> None:
    made = generate(777, 1, profile, LAYOUTS["amocrm"], list)
    assert len(made.lines) == len(made.ids) == len(made.truth) == 777
    assert all(before < after for before, after in pairwise(made.ids))


def test_every_class_is_there_and_no_other(base: Base[list[str]]) -> None:
    assert {truth.class_ for truth in base.truth} == DUPLICATES_OF_PEOPLE | DUPLICATES_OF_COMPANIES | KEPT_APART | FIRST


def test_sixty_people_in_a_hundred_have_one_record_and_nobody_more_than_ten(base: Base[list[str]]) -> None:
    counts = Counter(truth.person_id for truth in base.truth if truth.person_id)
    assert 0.57 < sum(count == 1 for count in counts.values()) / len(counts) < 0.65
    assert 8 <= max(counts.values()) <= 10


def test_a_person_has_one_first_record_and_a_placeholder_stands_for_nobody(base: Base[list[str]]) -> None:
    firsts = Counter(truth.person_id for truth in base.truth if truth.class_ not in DUPLICATES_OF_PEOPLE)
    assert all(firsts[truth.person_id] == 1 for truth in base.truth if truth.person_id)
    for truth in base.truth:
        if truth.class_ == "placeholder":
            assert (truth.person_id, truth.company_id, truth.household_id) == ("", "", "")
        if truth.class_ in DUPLICATES_OF_COMPANIES | {"company-card", "branch", "head-office"}:
            assert not truth.person_id
            assert truth.company_id


def test_a_household_is_of_different_people_who_live_nowhere_else(base: Base[list[str]]) -> None:
    households, homes = defaultdict(set), defaultdict(set)
    for truth in base.truth:
        if truth.household_id:
            households[truth.household_id].add(truth.person_id)
            homes[truth.person_id].add(truth.household_id)
    assert households
    assert all(len(people) >= 2 and "" not in people for people in households.values())
    assert all(len(places) == 1 for places in homes.values())


def test_duplicates_of_a_person_hang_together_by_phone_or_mail(base: Base[list[str]]) -> None:
    """Whoever gave the records to one person must be able to show why: no truth that only the generator knows."""
    rows_of = defaultdict(list)
    for row, truth in enumerate(base.truth):
        if truth.person_id:
            rows_of[truth.person_id].append(row)
    for rows in rows_of.values():
        pending = {row: phones_of(base, row) | mails_of(base, row) for row in rows}
        known = pending.pop(rows[0])
        while pending:
            linked = [row for row, signs in pending.items() if signs & known]
            assert linked, [base.lines[row] for row in rows]
            for row in linked:
                known = known | pending.pop(row)


def test_inns_hold_their_control_digits_but_for_the_damaged(base: Base[list[str]]) -> None:
    spoilt = {"inn-damaged", "inn-lost-zero"}
    rows = [row for row, truth in enumerate(base.truth) if cell(base, row, "ИНН") and truth.class_ not in spoilt]
    assert len(rows) > 500
    assert all(inn_holds(cell(base, row, "ИНН")) for row in rows)
    lost = [row for row, truth in enumerate(base.truth) if truth.class_ == "inn-lost-zero"]
    assert lost
    assert all(len(cell(base, row, "ИНН")) in (9, 11) and inn_holds("0" + cell(base, row, "ИНН")) for row in lost)


def test_an_inn_is_of_one_firm_or_of_the_offices_of_one(base: Base[list[str]]) -> None:
    offices = defaultdict(set)
    for row, truth in enumerate(base.truth):
        inn, kpp = cell(base, row, "ИНН"), cell(base, row, "КПП")
        if truth.company_id and truth.class_ not in ("inn-damaged", "inn-lost-zero") and inn:
            offices[inn].add((truth.company_id, kpp))
    shared = [pairs for pairs in offices.values() if len({company for company, _ in pairs}) > 1]
    assert shared
    for pairs in shared:
        companies_of = defaultdict(set)
        for company, kpp in pairs:
            companies_of[kpp].add(company)
        assert "" not in companies_of
        assert all(len(companies) == 1 for companies in companies_of.values())


def test_who_shares_a_phone_without_being_one_person(base: Base[list[str]]) -> None:
    people_of = defaultdict(set)
    for row, truth in enumerate(base.truth):
        if truth.person_id:
            for phone in phones_of(base, row):
                people_of[phone].add((truth.person_id, truth.household_id, truth.class_))
    sharing = [people for people in people_of.values() if len({person for person, _, _ in people}) > 1]
    reissued = [people for people in sharing if any(class_ == "sim-first-owner" for _, _, class_ in people)]
    families = [people for people in sharing if all(household for _, household, _ in people)]
    assert len(reissued) > 5
    assert len(families) > 20


def test_it_knows_nothing_of_what_it_measures() -> None:
    for path in Path(benchmarks.generator.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not any(name.split(".")[0] == "crmclean" for name in names), path


@pytest.mark.parametrize(
    ("layout", "begins", "ends"),
    [
        pytest.param(
            "bitrix24", b'\xef\xbb\xbf"ID";"\xd0\x9a', b'";\n', id="bitrix24: BOM, quotes, last delimiter, LF"
        ),
        pytest.param("amocrm", b"ID,\xd0\xa2\xd0\xb8\xd0\xbf,", b"\r\n", id="amocrm: no BOM, comma, CRLF"),
        pytest.param("plain", b"\xef\xbb\xbfID;", b"\r\n", id="plain: BOM, semicolon, CRLF"),
    ],
)
def test_files_have_the_bytes_of_their_system(tmp_path: Path, layout: str, begins: bytes, ends: bytes) -> None:
    style = LAYOUTS[layout]
    made = generate(50, 3, "mixed", style, line_writer(style))
    write_base(made, style, tmp_path / "base.csv")
    write_truth(made, tmp_path / "truth.csv")
    data = (tmp_path / "base.csv").read_bytes()
    assert data.startswith(begins)
    assert data.endswith(ends)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=style.delimiter))
    assert len(rows) == 51
    assert {len(row) for row in rows} == {len(style.header) + (layout == "bitrix24")}
    with (tmp_path / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    assert [line["row"] for line in truth] == [str(number) for number in range(1, 51)]
    assert [line["id"] for line in truth] == [row[0] for row in rows[1:]]
