"""Wrong config files: every mistake is named at once, each with its line and what was probably meant."""

from pathlib import Path

import pytest

from crmclean.config import load_config
from crmclean.core.errors import UsageError

RULE = '[[segment]]\nname = "VIP"\nwhen = "amount > 1"\n'
"""Three lines without a mistake."""

CHAIN = '[[chain]]\nname = "Недозвон"\nwhen = "phone is not empty"\n[[chain.step]]\nafter = "1 hour"\naction = "Call"\n'
"""Six lines without a mistake."""

ARCHIVE = '[[archive.rule]]\nwhen = "phone is empty"\nreason = "Nothing to call"\n'


def mistakes_of(text: str, folder: Path) -> list[tuple[int, str]]:
    """Return the line and the text of every mistake; further lines of one belong to it."""
    (folder / "crmclean.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_config("crmclean.toml", folder)
    assert caught.value.hint
    found: list[tuple[int, str]] = []
    for line in caught.value.message.splitlines():
        if line.startswith("crmclean.toml:"):
            _name, number, problem = line.split(":", 2)
            found.append((int(number), problem.strip()))
        else:
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
    return found


def test_examples_without_mistakes(tmp_path: Path) -> None:
    (tmp_path / "crmclean.toml").write_text(RULE + CHAIN + ARCHIVE, encoding="utf-8")
    settings = load_config("crmclean.toml", tmp_path)["segments"]
    assert [rule.name for rule in settings.rules] == ["VIP"]
    assert [step.after for step in settings.chains[0].step] == ["1 hour"]


ONE = [
    # Names of keys and tables
    pytest.param('usee = ["temperature"]\n', 1, "Did you mean “use”?", id="key at the top"),
    pytest.param("\n[deed]\n", 2, "Did you mean “dead”?", id="table"),
    pytest.param("[dead]\nattempts = 3\nsilent_day = 3\n", 3, "Did you mean “silent_days”?", id="key of a table"),
    pytest.param(RULE + RULE.replace("VIP", "B") + 'acton = "x"\n', 7, "“action”", id="key of the second segment"),
    pytest.param(CHAIN + 'afer = "1 day"\n', 7, "“after”", id="key of a step"),
    pytest.param(
        CHAIN + CHAIN.replace("Недозвон", "B") + "x = 1\n", 13, "unknown setting “x”", id="second chain's step"
    ),
    pytest.param('[[manager]]\nname = "A"\nskils = ["x"]\n', 3, "“skills”", id="key of a manager"),
    pytest.param(ARCHIVE + 'warmup = "x"\n', 4, "“warm_up”", id="key of an archive rule"),
    pytest.param('[notify]\nemail = ["a@example.com"]\n', 2, "“email_to”", id="key of the notice"),
    pytest.param('[dead]\nuse = ["temperature"]\n', 2, "at the top of the file", id="use below a table"),
    # Brackets
    pytest.param(RULE.replace("[[segment]]", "[segment]"), 1, ": [[segment]].", id="segment in single brackets"),
    pytest.param('[manager]\nname = "A"\n', 1, ": [[manager]].", id="manager in single brackets"),
    pytest.param(CHAIN.replace("[[chain.step]]", "[chain.step]"), 4, ": [[chain.step]].", id="step in single brackets"),
    pytest.param(ARCHIVE.replace("[[", "[").replace("]]", "]"), 1, ": [[archive.rule]].", id="rule in single brackets"),
    pytest.param('[[archive]]\nwhen = "phone is empty"\n', 1, ": [[archive.rule]].", id="archive in double brackets"),
    pytest.param("[[dead]]\nattempts = 3\n", 1, "write [dead]", id="step in double brackets"),
    pytest.param("[[segments.segment]]\nname = 'A'\n", 1, ": [[segment]].", id="segment within segments"),
    # What is missing
    pytest.param(RULE + '[[segment]]\nname = "B"\n', 4, "“when” is missing", id="no when"),
    pytest.param('[[segment]]\nwhen = "amount > 1"\n', 1, "“name” is missing", id="no name"),
    pytest.param(RULE.replace('"VIP"', '" "'), 2, "“name” must not be empty", id="empty name"),
    pytest.param('[[manager]]\nname = ""\n', 2, "“name” must not be empty", id="empty name of a manager"),
    pytest.param('[[archive.rule]]\nwhen = "phone is empty"\n', 1, "“reason” is missing", id="no reason"),
    pytest.param(ARCHIVE.replace("Nothing to call", " "), 3, "without a reason", id="empty reason"),
    pytest.param(CHAIN.split("[[chain.step]]")[0], 1, "[[chain.step]]", id="chain without steps"),
    # Types
    pytest.param(RULE.replace('"VIP"', "1"), 2, "“name” must be text in quotes", id="number for a name"),
    pytest.param('[[manager]]\nname = "A"\ncapacity = "10"\n', 3, "whole number", id="text for a number"),
    pytest.param('[[manager]]\nname = "A"\ncapacity = -1\n', 3, "0 or more", id="below the limit"),
    pytest.param("use = 5\n", 1, "“use” must be a list", id="number for a list"),
    pytest.param("[run]\nnewest = 1\n", 2, "true or false", id="number for truth"),
    pytest.param("[dead]\nas_of = 2026-11-22\n", 2, "text in quotes", id="date without quotes"),
    pytest.param('[run]\nsteps = ["dedup", "dedupp"]\n', 2, "Did you mean “dedup”?", id="step of a run"),
    pytest.param('[segments]\ntake = "frist"\n', 2, "Did you mean “first”?", id="choice"),
    # Texts of rules
    pytest.param(
        RULE.replace("amount > 1", "amount => 5"), 3, "Did you mean “>=”?\namount => 5\n       ^^", id="sign of a rule"
    ),
    pytest.param(RULE.replace("amount > 1", "stage is lostt"), 3, "Did you mean “lost”?", id="class in a rule"),
    pytest.param(RULE.replace("amount > 1", ""), 3, "rule", id="empty rule"),
    pytest.param(RULE.replace('"amount > 1"', "\"__import__('os')\""), 3, "__import__", id="Python in a rule"),
    pytest.param(CHAIN + 'when = "phone is emty"\n', 7, "Did you mean “empty”?", id="rule of a step"),
    pytest.param(ARCHIVE.replace("is empty", "is"), 2, "phone is", id="rule of the archive"),
    # Names that belong together
    pytest.param(RULE + RULE, 5, "“VIP” stands here for the second time", id="two segments of one name"),
    pytest.param(RULE + RULE.replace("VIP", "vip "), 5, "for the second time", id="the same name in other letters"),
    pytest.param(CHAIN + CHAIN, 8, "“Недозвон” stands here", id="two chains of one name"),
    pytest.param(
        '[[manager]]\nname = "Ёлкин Пётр"\n[[manager]]\nname = "Елкин Петр"\n',
        4,
        "for the second time",
        id="manager twice",
    ),
    pytest.param('use = ["temperatur"]\n', 1, "Did you mean “temperature”?", id="pack"),
    pytest.param(
        RULE + 'skill = "ипотка"\n[[manager]]\nname = "А"\nskills = "ипотека"\n', 4, "“ипотека”", id="skill of nobody"
    ),
    pytest.param('use = ["qqq"]\n', 1, "lost-clients", id="pack like no other"),
    pytest.param(RULE + 'chain = "Недозвн"\n' + CHAIN, 4, "Did you mean “Недозвон”?", id="chain that there is not"),
    pytest.param(RULE + 'chain = "x"\n', 4, "[[chain]]", id="chain where there is none"),
    pytest.param('use = ["temperature"]\n[segments]\nwithout = ["Горячии"]\n', 3, "“Горячие”", id="rule to leave out"),
    pytest.param('use = ["temperature"]\n[segments]\nuse = []\n', 3, "here and at the top", id="use twice"),
    pytest.param("[dedup]\nmerge_at = 0.5\nreview_at = 0.6\n", 3, "must not be above", id="contradiction"),
    # Times and days
    pytest.param('[segments]\nhours = "9-25"\n', 2, "9:00-18:00", id="hours"),
    pytest.param('[segments]\nhours = "18:00-9:00"\n', 2, "9:00-18:00", id="hours turned round"),
    pytest.param('[segments]\nworkdays = "1-8"\n', 2, "1 is Monday", id="days of the week"),
    pytest.param('[segments]\nholidays = "Россия"\n', 2, "RU or KZ", id="country of holidays"),
    pytest.param('[segments]\ndays_off = ["2026-12-30", "30.02.2026"]\n', 2, "'30.02.2026' is no date", id="day off"),
    pytest.param('[segments]\nas_of = "yesterday"\n', 2, "is no date", id="today of segments"),
    pytest.param('[dead]\nas_of = "2026-13-01"\n', 2, "is no date", id="today of a step"),
    pytest.param(RULE + 'due = "3 workng days"\n', 4, "Did you mean “3 working days”?", id="due"),
    pytest.param(RULE + 'due = "2 дян"\n', 4, "Did you mean “2 дня”?", id="due in Russian"),
    pytest.param(CHAIN.replace("1 hour", "1 huor"), 5, "Did you mean “1 hour”?", id="after"),
    pytest.param(CHAIN.replace("1 hour", "soon"), 5, "no length of time", id="after that is none"),
    # Words of other vocabularies
    pytest.param('[dead.statuses]\nno-anser = ["НБТ"]\n', 2, "Did you mean “no-answer”?", id="class of statuses"),
    pytest.param('[statuses]\nwon = ["Да"]\ngon = "Нет"\n', 3, "Did you mean “gone”?", id="class for all tables"),
    pytest.param("statuses = 5\n", 1, "“statuses” must be a list", id="number for the statuses of all tables"),
    pytest.param('[funnel]\nstatuses = { wonn = ["Да"] }\n', 2, "Did you mean “won”?", id="class in one line"),
    pytest.param('[read.map]\nfone = ["Тел. 2"]\n', 2, "Did you mean “phone”?", id="role"),
    pytest.param('[dedup]\nregion = "Россия"\n', 2, "RU or KZ", id="region"),
    pytest.param('[run]\nformat = "xslx"\n', 2, "xlsx", id="format"),
    # The nightly run
    pytest.param('[run]\nsteps = ["dead", "audit", "dead"]\n', 2, "dead twice", id="step twice"),
    pytest.param('[run]\nname = "{date}"\n', 2, "{name}", id="name without its word"),
    pytest.param('[run]\ninput = "C:\\new\\base.csv"\n', 2, "write /", id="path that TOML reads otherwise"),
    pytest.param('[notify]\nemail_to = ["ops"]\n', 2, "no e-mail address", id="address"),
    pytest.param('[notify]\nemail_from = "ops"\n', 2, "no e-mail address", id="address of the sender"),
    pytest.param('[notify]\nemail_to = ["a@example.com"]\nsmtp = "mail"\n', 3, "HOST:PORT", id="mail server"),
]


@pytest.mark.parametrize(("text", "line", "fragment"), ONE)
def test_one_mistake(tmp_path: Path, text: str, line: int, fragment: str) -> None:
    (found,) = mistakes_of(text, tmp_path)
    assert found[0] == line
    assert fragment in found[1]


NO_TOML = [
    pytest.param('[run]\ninput = "C:\\exports\\x.csv"\n', 2, "'C:\\exports'", id="path with backslashes"),
    pytest.param("[dead]\nattempts = 1\n[dead]\n", 3, "under one", id="table twice"),
    pytest.param("[dead]\nattempts = 1\nattempts = 2\n", 3, "keep one", id="setting twice"),
    pytest.param('[read.map]\nphone = "a"\nТел = "b"\n', 3, "in quotes", id="key without quotes"),
    pytest.param("[dead]\nas_of = today\n", 2, "in quotes", id="text without quotes"),
]


@pytest.mark.parametrize(("text", "line", "hint"), NO_TOML)
def test_what_is_no_toml(tmp_path: Path, text: str, line: int, hint: str) -> None:
    (tmp_path / "crmclean.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_config("crmclean.toml", tmp_path)
    assert caught.value.message.startswith(f"crmclean.toml:{line}: this is not TOML")
    assert hint in caught.value.hint


def test_mistakes_of_several_tables_together(tmp_path: Path) -> None:
    text = (
        'use = ["lost-client"]\n'
        "[dead]\n"
        "silent_day = 3\n"
        "[segments]\n"
        'hours = "9"\n'
        'workdays = "x"\n'
        "[[segment]]\n"
        'name = "A"\n'
        'when = "x is lostt"\n'
        "[[segment]]\n"
        "[[archive.rule]]\n"
        'when = "phone is empty"\n'
        "[run]\n"
        'steps = ["dedupp"]\n'
    )
    assert [line for line, _problem in mistakes_of(text, tmp_path)] == [1, 3, 5, 6, 9, 10, 10, 11, 14]


def test_rules_are_compared_once_each_is_right(tmp_path: Path) -> None:
    text = RULE + RULE + RULE.replace("amount > 1", "amount >")
    assert [line for line, _problem in mistakes_of(text, tmp_path)] == [9]
    assert [line for line, _problem in mistakes_of(text.replace('amount >"', 'amount > 2"'), tmp_path)] == [5, 8]


def test_problems_of_one_rule_stand_in_their_order(tmp_path: Path) -> None:
    found = mistakes_of(RULE.replace("amount > 1", "amount => 5 && status == "), tmp_path)
    assert [line for line, _problem in found] == [3, 3, 3]
    columns = [problem.splitlines()[-1].index("^") for _line, problem in found]
    assert columns == sorted(columns)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(RULE + 'due = "Дата звонка"\n', id="heading"),
        pytest.param(RULE + 'due = "next_task"\n', id="role"),
        pytest.param(RULE + 'due = "2026-12-01"\n', id="date"),
        pytest.param(RULE + 'due = "3 рабочих дня"\n', id="length of time"),
        pytest.param(RULE + 'due = ""\n', id="nothing"),
        pytest.param('use = "temperature"\n', id="one text for a list"),
        pytest.param('[segments]\nholidays = "none"\n', id="no holidays"),
        pytest.param('[segments]\nas_of = "2026-11-22 09:30"\n', id="moment"),
        pytest.param(
            'use = ["regulation"]\n' + RULE + 'chain = "Не отвечает"\n' + CHAIN.replace("Недозвон", "Не отвечает")
        ),
    ],
)
def test_what_is_right(tmp_path: Path, text: str) -> None:
    (tmp_path / "crmclean.toml").write_text(text, encoding="utf-8")
    load_config("crmclean.toml", tmp_path)
