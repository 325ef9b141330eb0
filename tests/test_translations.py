"""The Russian catalogue: complete, compiled, and what a Russian-speaking user really sees."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from crmclean.cli.app import main as crmclean
from crmclean.cli.options import ScreenOptions
from crmclean.core import i18n
from crmclean.core.settings import DedupSettings, ReadSettings
from crmclean.core.steps import setting_field
from tools.translations import PO, find_problems, has_same_placeholders, is_translated, main, read_russian

FORMS = 3


@pytest.fixture
def russian() -> Iterator[None]:
    """Speak Russian."""
    i18n.set_language("ru")
    yield
    i18n.set_language("en")


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A copy of the catalogue with its compiled form, to be damaged."""
    shutil.copy(PO, tmp_path)
    shutil.copy(PO.with_suffix(".mo"), tmp_path)
    return tmp_path / PO.name


def russian_texts() -> list[str]:
    """Return every form of every Russian text."""
    strings = [message.string or "" for message in read_russian() if message.id]
    return [text for string in strings for text in ([string] if isinstance(string, str) else string)]


def test_every_message_of_the_code_is_translated_and_compiled() -> None:
    assert find_problems() == []


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(Message("Phone", "Телефон"), True, id="whole"),
        pytest.param(Message("Phone", ""), False, id="empty"),
        pytest.param(Message("Phone", "Телефон", flags=["fuzzy"]), False, id="guessed"),
        pytest.param(Message(("row", "rows"), ("строка", "строки", "строк")), True, id="three forms"),
        pytest.param(Message(("row", "rows"), ("строка", "строк")), False, id="two forms"),
        pytest.param(Message(("row", "rows"), ("строка", "", "строк")), False, id="one form empty"),
    ],
)
def test_translated_means_every_form(message: Message, expected: bool) -> None:
    assert is_translated(message, FORMS) is expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(Message("run {run}", "запуск {run}"), True, id="same"),
        pytest.param(Message("{a} of {b}", "из {b} — {a}"), True, id="another order"),
        pytest.param(Message("run {run}", "запуск"), False, id="lost"),
        pytest.param(Message("run {run}", "запуск {Run}"), False, id="renamed"),
        pytest.param(Message("run", "запуск {run}"), False, id="invented"),
        pytest.param(Message("U+{code:04X}", "U+{code}"), False, id="another format"),
        pytest.param(Message(("{n} row", "{n} rows"), ("{n} строка", "{n} строки", "строк")), False, id="in one form"),
    ],
)
def test_placeholders_are_those_of_the_message(message: Message, expected: bool) -> None:
    assert has_same_placeholders(message) is expected


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param(
            'msgid "interrupted."\nmsgstr "прервано."',
            'msgid "interrupted."\nmsgstr ""',
            "not translated: interrupted.",
            id="a translation taken out",
        ),
        pytest.param(
            'msgid "run {run}"\nmsgstr "запуск {run}"',
            'msgid "run {run}"\nmsgstr "запуск"',
            "placeholders differ: run {run}",
            id="a placeholder taken out",
        ),
        pytest.param(
            'msgid "interrupted."', 'msgid "broken off."', "not in the catalogue: interrupted.", id="a message missing"
        ),
        pytest.param(
            'msgid "interrupted."', 'msgid "broken off."', "no longer in the code: broken off.", id="a message too many"
        ),
        pytest.param("прервано.", "остановлено.", "the compiled catalogue is not what its source gives", id="stale"),
    ],
)
def test_check_refuses_a_damaged_catalogue(
    catalogue: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, problem: str
) -> None:
    source = catalogue.read_text("utf-8")
    assert source.count(old) == 1
    damaged = source.replace(old, new)
    catalogue.write_text(damaged, "utf-8")
    assert main(["--check"], catalogue) == 1
    assert f"\n{problem}" in "\n" + capsys.readouterr().out
    assert catalogue.read_text("utf-8") == damaged


def test_update_keeps_translations_and_writes_the_same_bytes_again(catalogue: Path) -> None:
    assert main([], catalogue) == 0
    first = catalogue.read_bytes(), catalogue.with_suffix(".mo").read_bytes()
    assert main([], catalogue) == 0
    assert (catalogue.read_bytes(), catalogue.with_suffix(".mo").read_bytes()) == first
    assert first[1] == PO.with_suffix(".mo").read_bytes()


def test_header_says_nothing_that_changes_from_run_to_run() -> None:
    header = PO.read_text("utf-8").split("\n\n")[0]
    assert '"Language: ru\\n"' in header
    assert "nplurals=3" in header
    for boilerplate in ("FIRST AUTHOR", "FULL NAME", "EMAIL@ADDRESS", "YEAR", "Date", "Generated-By"):
        assert boilerplate not in header


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "1 запись"),
        (2, "2 записи"),
        (5, "5 записей"),
        (11, "11 записей"),
        (21, "21 запись"),
        (0, "0 записей"),
    ],
)
@pytest.mark.usefixtures("russian")
def test_plural_forms(number: int, expected: str) -> None:
    assert i18n.ngettext("{number} record", "{number} records", number).format(number=number) == expected


@pytest.mark.parametrize("wrong", ["!", "“", "”", "„", "..."])
def test_russian_typography(wrong: str) -> None:
    assert [text for text in russian_texts() if wrong in text] == []


def test_no_word_mixes_latin_and_russian_letters() -> None:
    mixed = re.compile("[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z]")
    assert [text for text in russian_texts() if mixed.search(re.sub(r"\{.*?\}", "", text))] == []


def test_help_holds_no_english_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        assert crmclean(["--lang", "ru", "dedup", "--help"]) == 0
    finally:
        i18n.set_language("en")
    page = " ".join(capsys.readouterr().out.split())
    for model in (DedupSettings, ReadSettings, ScreenOptions):
        for name in model.__dataclass_fields__:
            assert setting_field(model, name).metadata["help"] not in page
    messages = [message.id for message in read_russian() if isinstance(message.id, str)]
    assert [text for text in messages if " " in text and text in page] == []
    assert "--merge-at ЧИСЛО С какой вероятности объединять автоматически. [по умолчанию: 0.95]" in page


def test_a_wrong_setting_is_called_by_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        assert crmclean(["--lang", "ru", "dedup", "base.csv", "--merge-at", "2"]) == 2
    finally:
        i18n.set_language("en")
    assert capsys.readouterr().err.startswith("crmclean: --merge-at: нужно число не больше 1.\n")
