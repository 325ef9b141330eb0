"""crmclean beside its peers: scripts stand in for the peers here, nothing is installed and no network is used."""

import csv
import json
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import public_sets
from benchmarks.peers import comparing, environments, speed
from benchmarks.peers.__main__ import main
from benchmarks.peers.client_base import FIELDS, read_client_base
from benchmarks.peers.comparing import HEADER, Limits, Result, compare, make_base
from benchmarks.peers.environments import REQUIREMENTS, BrokenEnvironmentError, python_of
from benchmarks.peers.exact_peer import MOST_ROWS, cluster_rows
from benchmarks.peers.registry import PEERS, Peer
from benchmarks.peers.running import Run, run_measured
from benchmarks.peers.scoring import Way, score_ways, usual_and_best
from benchmarks.peers.speed import Speed
from benchmarks.peers.table import format_table, write_block
from benchmarks.processes import ROOT
from crmclean.core.table import ROLES

SCRIPTS = sorted((ROOT / "benchmarks" / "peers").glob("*_peer.py"))
KNOWN = "row,person_id,company_id\n1,p1,\n2,p1,\n3,p2,\n4,,c1\n5,,\n"


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


# Running


def test_memory_of_children_counts_too() -> None:
    ballast = "import time; ballast = b'x' * 2**26; time.sleep(1)"
    code = f"import subprocess, sys; {ballast.split(';')[1]}; subprocess.run([sys.executable, '-c', {ballast!r}])"
    run = run_measured(python(code), timeout=60)
    assert run.failure == ""
    assert run.seconds >= 1
    if Path("/proc/self/smaps_rollup").exists():
        assert run.peak > 128


def test_a_run_that_fails_says_why() -> None:
    run = run_measured(python("import sys; sys.exit('out of paper')"), timeout=60)
    assert run.failure == "ended with 1: out of paper"


def test_a_run_without_words_says_its_code() -> None:
    assert run_measured(python("import sys; sys.exit(3)"), timeout=60).failure == "ended with 3: no words"


def test_a_run_out_of_time_is_ended_with_its_children(tmp_path: Path) -> None:
    late = tmp_path / "late"
    child = f"import time, pathlib; time.sleep(2); pathlib.Path({str(late)!r}).touch()"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    run = run_measured(python(code), timeout=0.5)
    assert run.failure == "not done after 0 s"
    time.sleep(2.5)
    assert not late.exists()


def test_a_run_gets_its_variables() -> None:
    code = "import os, sys; sys.exit(os.environ['PEER_MEMORY'])"
    assert run_measured(python(code), 60, {"PEER_MEMORY": "off"}).failure == "ended with 1: off"


# Environments


@pytest.mark.parametrize("name", sorted({peer.environment for peer in PEERS.values()}))
def test_requirements_are_pinned(name: str) -> None:
    lines = (REQUIREMENTS / f"{name}.txt").read_text("utf-8").splitlines()
    packages = [line for line in lines if not line.startswith("#")]
    assert packages
    assert all("==" in line for line in packages)


def test_an_environment_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []

    def note(command: list[str]) -> None:
        calls.append(command)
        (tmp_path / "exact").mkdir(exist_ok=True)

    monkeypatch.setattr(environments, "_call", note)
    first = python_of("exact", tmp_path)
    assert [command[2] for command in calls] == ["venv", "pip"]
    assert python_of("exact", tmp_path) == first
    assert len(calls) == 2
    write(tmp_path / "exact" / "made-from.txt", "pandas==1.0\n")
    python_of("exact", tmp_path)
    assert len(calls) == 4


def test_an_environment_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(BrokenEnvironmentError, match="ended with 1"):
        python_of("exact", tmp_path)


# Scripts of the peers


@pytest.mark.parametrize("script", [*SCRIPTS, REQUIREMENTS / "client_base.py"], ids=lambda path: path.stem)
def test_a_peer_knows_nothing_of_crmclean(script: Path) -> None:
    text = script.read_text("utf-8")
    assert "import crmclean" not in text
    assert "from crmclean" not in text


def test_every_peer_has_its_script() -> None:
    assert {peer.module for peer in PEERS.values()} == {script.stem for script in SCRIPTS}


def test_a_base_is_prepared_as_an_analyst_would(tmp_path: Path) -> None:
    headings = [*FIELDS.values()]
    cells = ["Семёнова ", "АННА", "", "8 (900) 000-11-22", "+7 495 000-11-22, 79000001122.0", "A@Example.com"]
    rows = [
        [*cells, "ООО «Ромашка»", "77 07", "01.02.1990", "Москва"],
        ["Семёнов Пётр Ильич", "", "", "нет", "", "", "", "", "31.02.1990", ""],
    ]
    path = tmp_path / "base.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([headings, *rows])
    anna, pyotr = read_client_base(path).to_dict("records")
    assert (anna["row"], anna["last_name"], anna["first_name"], anna["middle_name"]) == (1, "семенова", "анна", None)
    assert anna["full_name"] == "семенова анна"
    assert anna["mobiles"] == ["+79000001122"]
    assert (anna["mobile"], anna["landline"]) == ("+79000001122", "+74950001122")
    assert anna["phones"] == ["+79000001122", "+74950001122"]
    assert (anna["email"], anna["company"], anna["inn"], anna["city"]) == ("a@example.com", "ромашка", "7707", "москва")
    assert anna["birthday"] == "1990-02-01"
    assert (pyotr["last_name"], pyotr["first_name"], pyotr["middle_name"]) == ("семенов", "петр", "ильич")
    assert (pyotr["phones"], pyotr["mobile"], pyotr["birthday"], pyotr["email"]) == (None, None, None, None)


def contacts(mobiles: list[list[str] | None], mails: list[str | None]) -> pd.DataFrame:
    objects = {name: pd.Series(cells, dtype=object) for name, cells in (("mobiles", mobiles), ("email", mails))}
    return pd.DataFrame(objects)


def test_exact_matching_goes_over_any_shared_phone() -> None:
    base = contacts([["1"], ["2", "1"], None, ["2"], None], [None, None, "m", "m", None])
    assert cluster_rows(base, with_mail=False) == [0, 0, 2, 0, 4]
    assert cluster_rows(base, with_mail=True) == [0, 0, 0, 0, 4]


def test_exact_matching_takes_a_phone_of_too_many_for_a_placeholder() -> None:
    size = MOST_ROWS + 1
    assert cluster_rows(contacts([["1"]] * size, [None] * size), with_mail=False) == list(range(size))
    assert cluster_rows(contacts([["1"]] * MOST_ROWS, [None] * MOST_ROWS), with_mail=False) == [0] * MOST_ROWS


# Scoring


def test_every_column_of_labels_is_a_way(tmp_path: Path) -> None:
    truth = write(tmp_path / "truth.csv", KNOWN)
    labels = write(tmp_path / "labels.csv", "row,0.95,low\n1,a,x\n2,b,x\n3,c,x\n4,a,x\n5,d,y\n")
    usual, low = score_ways(labels, truth)
    assert usual == Way("0.95", 1.0, 0.0, 0.0)
    # Row 4 is the card of a company: of the pairs 1-2, 1-3 and 2-3 the first is true.
    assert low == Way("low", 1 / 3, 1.0, 0.5)


def test_a_row_that_a_peer_leaves_out_is_alone(tmp_path: Path) -> None:
    truth = write(tmp_path / "truth.csv", KNOWN)
    labels = write(tmp_path / "labels.csv", "row,cluster_id\n1,a\n2,a\n")
    assert score_ways(labels, truth) == [Way("cluster_id", 1.0, 1.0, 1.0)]


@pytest.mark.parametrize("rows", ["1,a\n1,b\n", "9,a\n"], ids=["twice", "unknown"])
def test_labels_of_other_rows_are_refused(tmp_path: Path, rows: str) -> None:
    truth = write(tmp_path / "truth.csv", KNOWN)
    labels = write(tmp_path / "labels.csv", f"row,cluster_id\n{rows}")
    with pytest.raises(ValueError, match="names rows twice"):
        score_ways(labels, truth)


def test_an_oracle_picks_the_best_of_a_sweep() -> None:
    ways = [Way("0.95", 1.0, 0.5, 0.67), Way("weight 3", 0.9, 0.9, 0.9), Way("weight 1", 0.5, 1.0, 0.67)]
    assert usual_and_best(ways) == [ways[0], Way("oracle", 0.9, 0.9, 0.9)]
    assert usual_and_best(ways[:1]) == ways[:1]


# The table


def test_a_table_shows_means_the_worst_seed_and_who_failed() -> None:
    results = [
        Result("crmclean", 1, Run(2.0, 100.0), [Way("merged by itself", 1.0, 0.8, 0.9)]),
        Result("crmclean", 2, Run(4.0, 90.0), [Way("merged by itself", 0.9, 0.6, 0.7)]),
        Result("Other", 1, Run(1.0, 1.0, "ended with 1: no memory"), []),
        Result("Other", 2, Run(1.0, 1.0), [Way("0.95", 0.5, 0.5, 0.5)]),
    ]
    lines = comparing.show(results).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0] == list(HEADER)
    assert cells[2] == ["crmclean", "merged by itself", "0.9500", "0.7000", "0.8000", "0.7000", "3.0", "100"]
    assert cells[3][:3] == ["Other", "0.95", "0.5000"]
    assert cells[4][:2] == ["Other", "failed 1 of 2"]
    assert lines[-1] == "- Other, seed 1: ended with 1: no memory"


def test_a_table_is_aligned() -> None:
    assert format_table(["a", "b"], [["1", "22"], ["333", "4"]]).splitlines() == [
        "| a   |  b |",
        "|:----|---:|",
        "| 1   | 22 |",
        "| 333 |  4 |",
    ]


def test_the_table_of_a_page_is_replaced(tmp_path: Path) -> None:
    page = write(tmp_path / "page.md", "Before\n\n<!-- peers -->\n\nold\n\n<!-- /peers -->\n\nAfter\n")
    write_block(page, "peers", "new")
    assert page.read_text("utf-8") == "Before\n\n<!-- peers -->\n\nnew\n\n<!-- /peers -->\n\nAfter\n"
    with pytest.raises(ValueError, match="has no block speed"):
        write_block(page, "speed", "new")


@pytest.mark.parametrize("block", ["peers", "public sets", "speed"])
def test_the_page_has_every_block(block: str) -> None:
    page = (ROOT / "docs" / "benchmark.md").read_text("utf-8")
    assert page.index(f"<!-- {block} -->\n") < page.index(f"<!-- /{block} -->")


# Whole comparisons


def stand_in(monkeypatch: pytest.MonkeyPatch, *modules: str) -> None:
    """Let scripts run in this environment."""
    for module in modules:
        monkeypatch.setattr(f"benchmarks.peers.{module}.python_of", lambda name, folder: Path(sys.executable))


def test_a_base_is_compared_and_a_peer_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "comparing")
    base, truth = make_base(tmp_path, 60, 3, "mixed")
    peers = [
        PEERS["same-phone"],
        Peer("gone", "Gone", "not_there_peer", "exact"),
        Peer("small", "Small", "exact_peer", "exact", most_rows=59),
    ]
    own, phone, gone, small = compare(base, truth, 3, peers, Limits(timeout=120))
    assert [way.name for way in own.ways] == ["merged by itself", "and the likely"]
    assert own.ways[1].recall >= own.ways[0].recall
    assert [way.name for way in phone.ways] == ["cluster_id"]
    assert not gone.ways
    assert "not_there_peer" in gone.run.failure
    assert small.run.failure == "not run: more than 59 rows are too many for it"


def test_the_command_writes_table_json_and_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(monkeypatch, "comparing")
    page = write(tmp_path / "page.md", "<!-- peers -->\n<!-- /peers -->\n")
    report = tmp_path / "report.json"
    call = ["peers", "--rows", "60", "--seeds", "5", "--peers", "same-phone-or-mail"]
    monkeypatch.setattr(sys, "argv", [*call, "--json", str(report), "--page", str(page)])
    main()
    printed = capsys.readouterr().out
    assert "| the same phone or mail |" in printed
    assert printed.strip() in page.read_text("utf-8")
    assert [result["title"] for result in json.loads(report.read_text("utf-8"))] == [
        "crmclean",
        "the same phone or mail",
    ]


def test_speed_is_the_ratio_of_medians() -> None:
    measured = Speed(1000, [Run(3.0, 50.0), Run(5.0, 70.0)], [Run(8.0, 90.0), Run(8.0, 80.0, "ended with 1: full")])
    assert measured.ratio == 0.5
    assert measured.as_dict()["ratio"] == 0.5
    shown = speed.show(measured)
    assert "crmclean takes 0.50 × the time of Splink." in shown
    assert shown.endswith("ended with 1: full")


# Public sets


def test_roles_of_the_public_sets_are_roles() -> None:
    sets = public_sets.read_settings()
    assert {name for name, known in sets.items() if known.aim is not None} == {
        "febrl3",
        "febrl4",
        "historical_50k",
        "fake_1000",
        "early_childhood",
    }
    assert {role for known in sets.values() for role in known.roles} <= set(ROLES)


def test_headings_become_options() -> None:
    known = public_sets.PublicSet("x", "X", None, {"last_name": ["surname"], "phone": ["a", "b"]})
    assert known.options() == ["--map", "last_name=surname", "--map", "phone=a", "--map", "phone=b"]


def test_the_truth_is_kept_from_the_matchers(tmp_path: Path) -> None:
    source = write(tmp_path / "people.csv", "ID;person_id;surname\n7;9;Poe\n8;9;Po\n")
    (tmp_path / "out").mkdir()
    base, truth = public_sets.split_truth(source, tmp_path / "out")
    assert base.read_text("utf-8") == "ID;surname\n7;Poe\n8;Po\n"
    assert truth.read_text("utf-8") == "row,person_id\n1,9\n2,9\n"


def test_a_missing_set_says_where_it_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["public_sets", "--folder", str(tmp_path), "--sets", "fake_1000"])
    with pytest.raises(SystemExit, match=r"does not have fake_1000\.csv[\s\S]*splink_datasets"):
        public_sets.main()


def test_the_table_of_public_sets_shows_both_and_who_failed() -> None:
    results = [
        public_sets.SetResult(
            "fake_1000",
            1000,
            Run(1.0, 1.0),
            [Way("merged by itself", 1.0, 0.5, 0.67), Way("and the likely", 0.9, 0.9, 0.9)],
            Run(2.0, 1.0),
            [Way("0.95", 1.0, 0.8, 0.89), Way("oracle", 1.0, 0.9, 0.95)],
        ),
        public_sets.SetResult("cora", 10, Run(1.0, 1.0, "ended with 2: no columns"), [], Run(1.0, 1.0, "late"), []),
    ]
    shown = public_sets.show(results, public_sets.read_settings()).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in shown]
    figures = ["0.9000", "0.6700", "1.0000", "0.9500", "0.8900", "1.0", "2.0"]
    assert cells[2] == ["Fake people", "1,000", "0.91", *figures]
    assert cells[3][:4] == ["Cora", "10", "", "failed"]
    assert shown[-2:] == ["- cora, crmclean: ended with 2: no columns", "- cora, Splink: late"]
