"""Scores of a base small enough to count on one's fingers."""

from pathlib import Path

import pytest

from benchmarks.evaluation import ClassScore, Score, evaluate, main, read_pair, show

TRUTH = """row,id,person_id,company_id,household_id,class
1,10,p1,,h1,original
2,11,p1,,h1,typo
3,12,p1,c1,h1,diminutive
4,13,p2,,h1,spouse
5,14,,,,placeholder
6,15,,c1,,company-card
7,16,,c1,,company-form
8,17,p3,c1,,original
"""
# Row 3 was missed, the placeholder was put to the spouse, the two cards of one company are together.
CLUSTERS = """row,id,cluster_id,likely_id,company_id,household_id,role,probability,reason
1,10,a,a,,f,survivor,0.99,
2,11,a,a,,f,merged,0.99,
3,12,b,a,k,f,review,0.6,
4,13,d,d,,,survivor,0.9,
5,14,d,d,,,merged,0.9,
6,15,e,e,k,,survivor,1,
7,16,e,e,k,,merged,1,
8,17,g,g,,,single,,
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The two files on disk."""
    clusters, truth = tmp_path / "clusters.csv", tmp_path / "truth.csv"
    clusters.write_text(CLUSTERS, "utf-8")
    truth.write_text(TRUTH, "utf-8")
    return clusters, truth


@pytest.mark.parametrize(
    ("measure", "found", "true", "both"),
    [
        pytest.param("person", 2, 3, 1, id="found 1-2 and 4-5; true 1-2, 1-3, 2-3"),
        pytest.param("client", 3, 4, 2, id="and the cards 6-7"),
        pytest.param("likely", 5, 4, 4, id="row 3 joins 1 and 2"),
        pytest.param("company", 3, 6, 3, id="3, 6, 7 of the four rows of c1"),
        pytest.param("household", 3, 6, 3, id="1, 2, 3 of the four rows of h1"),
    ],
)
def test_pairs_are_counted(files: tuple[Path, Path], measure: str, found: int, true: int, both: int) -> None:
    precision, recall = both / found, both / true
    expected = Score(precision, recall, 2 * precision * recall / (precision + recall), found, true, both)
    assert evaluate(read_pair(*files)).scores[measure] == expected


def test_classes_are_counted_by_row(files: tuple[Path, Path]) -> None:
    classes = evaluate(read_pair(*files)).classes
    assert classes["diminutive"] == ClassScore(rows=1, partners=2, recall=0.0, wrong=0)
    assert classes["typo"] == ClassScore(rows=1, partners=2, recall=0.5, wrong=0)
    assert classes["spouse"] == ClassScore(rows=1, partners=0, recall=1.0, wrong=1)
    assert classes["placeholder"] == ClassScore(rows=1, partners=0, recall=1.0, wrong=1)
    assert classes["company-form"] == ClassScore(rows=1, partners=1, recall=1.0, wrong=0)


def test_the_order_of_the_rows_does_not_matter(files: tuple[Path, Path]) -> None:
    expected = evaluate(read_pair(*files))
    header, *rows = CLUSTERS.splitlines()
    files[0].write_text("\n".join([header, *reversed(rows)]), "utf-8")
    assert evaluate(read_pair(*files)) == expected


def test_a_clustering_without_pairs_is_precise(files: tuple[Path, Path]) -> None:
    files[0].write_text("row,cluster_id\n" + "".join(f"{row},\n" for row in range(1, 9)), "utf-8")
    score = evaluate(read_pair(*files)).scores["client"]
    assert (score.precision, score.recall, score.f1) == (1.0, 0.0, 0.0)


def test_files_of_different_bases_are_refused(files: tuple[Path, Path]) -> None:
    files[0].write_text("row,cluster_id\n1,a\n", "utf-8")
    with pytest.raises(SystemExit, match="not of one base"):
        read_pair(*files)


def test_it_is_a_command(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["evaluation", *map(str, files)])
    main()
    assert capsys.readouterr().out == show(evaluate(read_pair(*files))) + "\n"
