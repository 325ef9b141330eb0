"""Scores of a base small enough to count on one's fingers, and B-cubed against its definition."""

import io
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmclean.core.errors import FileError, UsageError
from crmclean.core.evaluation import ClassScore, Evaluation
from crmclean.files.lists import Listing
from crmclean.workflows.evaluate import evaluate, evaluate_files
from crmclean.workflows.evaluation_pairs import calibrate
from crmclean.workflows.evaluation_scores import number_labels, score_classes, score_labels

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
RESULT = """row,id,cluster_id,likely_id,company_id,household_id,role,probability,reason
1,10,a,a,,f,survivor,0.99,
2,11,a,a,,f,merged,0.99,
3,12,b,a,k,f,review,0.6,
4,13,d,d,,,survivor,0.9,
5,14,d,d,,,merged,0.9,
6,15,e,e,k,,survivor,1,
7,16,e,e,k,,merged,1,
8,17,g,g,,,single,,
"""
# The pair that was missed, one of two cards that are one, and one of the companies of rows 3 and 8.
PAIRS = """row_a,row_b,probability,tier,of
1,2,0.99,merged,person
4,5,0.9,merged,person
1,3,0.6,doubtful,person
3,4,0.55,doubtful,person
3,8,0.65,doubtful,company
6,7,1,merged,company
6,8,0.1,apart,company
1,6,0.4,doubtful,company
"""


def listing(text: str, path: str = "x.csv") -> Listing:
    return Listing(path, pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False))


def without(text: str, *columns: str) -> str:
    frame = listing(text).frame.drop(columns=list(columns))
    return frame.to_csv(index=False)


def evaluate_texts(result: str = RESULT, truth: str = TRUTH, pairs: str = "") -> Evaluation:
    of_pairs = listing(pairs, "pairs.csv") if pairs else None
    return evaluate(listing(result, "result.csv"), listing(truth, "truth.csv"), of_pairs)


@pytest.mark.parametrize(
    ("measure", "rows", "found", "true", "both"),
    [
        pytest.param("person", 6, 2, 3, 1, id="found 1-2 and 4-5; true 1-2, 1-3, 2-3"),
        pytest.param("client", 8, 3, 4, 2, id="and the cards 6-7"),
        pytest.param("likely_person", 6, 4, 3, 3, id="row 3 joins 1 and 2"),
        pytest.param("likely", 8, 5, 4, 4, id="the same, and the cards"),
        pytest.param("company", 4, 3, 6, 3, id="3, 6, 7 of the four rows of c1"),
        pytest.param("household", 4, 3, 6, 3, id="1, 2, 3 of the four rows of h1"),
    ],
)
def test_pairs_are_counted(measure: str, rows: int, found: int, true: int, both: int) -> None:
    score = evaluate_texts().scores[measure]
    precision, recall = both / found, both / true
    assert (score.rows, score.found, score.true, score.both) == (rows, found, true, both)
    assert (score.precision, score.recall) == (precision, recall)
    assert score.f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_bcubed_is_the_mean_over_the_records() -> None:
    score = evaluate_texts().scores["person"]
    # Rows 1, 2, 3, 8 are in pure clusters, 4 and 5 share one; of their own, 1 and 2 have two of three, 3 one of three.
    assert score.bcubed_precision == pytest.approx((1 + 1 + 1 + 0.5 + 0.5 + 1) / 6)
    assert score.bcubed_recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1 + 1) / 6)


def test_classes_are_counted_by_row() -> None:
    classes = evaluate_texts().classes
    assert classes["diminutive"] == ClassScore(1, 2, 0.0, 0, 1.0, 1 / 3)
    assert classes["typo"] == ClassScore(1, 2, 0.5, 0, 1.0, 2 / 3)
    assert classes["spouse"] == ClassScore(1, 0, 1.0, 1, 0.5, 1.0)
    assert classes["placeholder"] == ClassScore(1, 0, 1.0, 1, 0.5, 1.0)
    assert classes["company-form"] == ClassScore(1, 1, 1.0, 0, 1.0, 1.0)
    assert list(classes) == sorted(classes)


def test_the_order_of_the_rows_does_not_matter() -> None:
    header, *rows = RESULT.splitlines()
    assert evaluate_texts("\n".join([header, *reversed(rows)])) == evaluate_texts()


def test_a_result_without_merges_is_precise() -> None:
    alone = "row,cluster_id\n" + "".join(f"{row},\n" for row in range(1, 9))
    score = evaluate_texts(alone).scores["client"]
    assert (score.precision, score.recall, score.f1, score.bcubed_precision) == (1.0, 0.0, 0.0, 1.0)


def test_the_list_of_another_tool_needs_two_columns() -> None:
    evaluation = evaluate_texts("id,cluster_id\n10,1\n11,1\n12,1\n13,2\n14,3\n15,4\n16,4\n17,5\n")
    assert evaluation.joined_by == "id"
    assert list(evaluation.scores) == ["person", "client"]
    assert evaluation.scores["client"].f1 == 1.0


@pytest.mark.parametrize(
    ("dropped", "measures"),
    [
        pytest.param(("person_id", "household_id"), ["client", "likely", "company"], id="companies alone"),
        pytest.param(
            ("company_id", "household_id"), ["person", "client", "likely_person", "likely"], id="people alone"
        ),
        pytest.param(("person_id", "company_id"), ["household"], id="households alone"),
    ],
)
def test_a_truth_measures_what_it_knows(dropped: tuple[str, ...], measures: list[str]) -> None:
    assert list(evaluate_texts(truth=without(TRUTH, *dropped)).scores) == measures


def test_a_truth_about_some_rows_scores_these_rows() -> None:
    known = [line for line in TRUTH.splitlines() if not line.startswith(("2,", "8,"))]
    evaluation = evaluate_texts(truth="\n".join(known))
    assert (evaluation.rows, evaluation.unknown_rows) == (8, 2)
    score = evaluation.scores["client"]
    # Of the clusters, 4-5 and 6-7 are left; 1 and 3 belong together, and the cards.
    assert (score.rows, score.found, score.true, score.both) == (6, 2, 2, 1)


@pytest.mark.parametrize(
    ("result", "truth", "message"),
    [
        pytest.param(without(RESULT, "cluster_id"), TRUTH, "result.csv has no column “cluster_id”.", id="no clusters"),
        pytest.param(
            RESULT,
            without(TRUTH, "person_id", "company_id", "household_id"),
            "truth.csv has none of the columns person_id, company_id, household_id.",
            id="a truth that says nothing",
        ),
        pytest.param(
            without(RESULT, "row"),
            without(TRUTH, "id"),
            "result.csv and truth.csv have no column in common that tells a record.",
            id="no common column",
        ),
        pytest.param(RESULT.splitlines()[0], TRUTH, "result.csv has no records.", id="an empty result"),
        pytest.param(RESULT, TRUTH.splitlines()[0], "truth.csv has no records.", id="an empty truth"),
        pytest.param(
            RESULT + "8,17,h,h,,,single,,\n", TRUTH, "result.csv names “row” 8 more than once.", id="a doubled row"
        ),
        pytest.param(
            RESULT, TRUTH + "1,10,p9,,,\n", "truth.csv names “row” 1 more than once.", id="a doubled row of the truth"
        ),
        pytest.param(
            RESULT.replace("8,17,g", "9,17,g"),
            TRUTH,
            "result.csv lacks 1 record that truth.csv names, “row” 8.",
            id="a missing row",
        ),
        pytest.param(
            "row,cluster_id\n1,a\n",
            TRUTH,
            "result.csv lacks 7 records that truth.csv names, the first is “row” 2.",
            id="another base",
        ),
        pytest.param(
            RESULT.replace("8,17,g", "x,17,g"), TRUTH, "result.csv: “x” in row is no whole number.", id="no number"
        ),
        pytest.param(
            "id,cluster_id\n,a\n11,a\n,b\n", TRUTH, "result.csv has 2 records without “id”.", id="records without ID"
        ),
    ],
)
def test_files_that_do_not_fit_are_refused(result: str, truth: str, message: str) -> None:
    with pytest.raises(FileError) as error:
        evaluate_texts(result, truth)
    assert error.value.message == message
    assert error.value.hint


def test_only_one_file_is_stdin(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Only one file"):
        evaluate_files("-", "-")


def test_right_answers_join_what_is_true_and_nothing_else() -> None:
    scores = evaluate_texts(pairs=PAIRS).scores
    # Row 3 joins 1 and 2; the spouse stays apart, and the answer about the firm of 3 and 8 makes them no one person.
    assert (scores["answered_person"].found, scores["answered_person"].both) == (4, 3)
    assert (scores["answered"].found, scores["answered"].both) == (5, 4)
    # Row 8 joins 3, 6 and 7.
    assert (scores["answered_company"].found, scores["answered_company"].both) == (6, 6)


def test_an_answer_about_two_cards_joins_them_as_clients() -> None:
    apart = RESULT.replace("7,16,e,e,k", "7,16,x,x,x")
    pairs = "row_a,row_b,probability,tier,of\n6,7,0.7,doubtful,company\n"
    score = evaluate_texts(apart, pairs=pairs).scores["answered"]
    assert (score.found, score.both) == (3, 2)


def test_doubtful_pairs_are_counted_for_a_hundred_records() -> None:
    pairs = evaluate_texts(pairs=PAIRS).pairs
    assert pairs is not None
    assert (pairs.pairs, pairs.unknown) == (8, 1)  # of row 1 no company is known
    assert pairs.doubtful == {"person": 2, "company": 2}
    assert pairs.per_100_records == {"person": 25.0, "company": 25.0}
    assert {kind: item.pairs for kind, item in pairs.calibration.items()} == {"person": 4, "company": 3}


def test_pairs_of_unknown_rows_are_left_out() -> None:
    known = [line for line in TRUTH.splitlines() if not line.startswith("3,")]
    evaluation = evaluate_texts(truth="\n".join(known), pairs=PAIRS)
    assert evaluation.pairs is not None
    assert evaluation.pairs.unknown == 4
    assert evaluation.scores["answered_person"].found == evaluation.scores["person"].found


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        pytest.param("row_a,row_b,tier\n1,2,merged\n", "pairs.csv has no column “probability”.", id="no probability"),
        pytest.param(
            "row_a,row_b,probability,tier\n1,99,0.5,merged\n",
            "pairs.csv names row 99, which result.csv lacks.",
            id="row",
        ),
        pytest.param(
            "row_a,row_b,probability,tier\n1,2,1.5,merged\n",
            "pairs.csv: “1.5” in probability is no number from 0 to 1.",
            id="a probability over 1",
        ),
        pytest.param(
            "row_a,row_b,probability,tier\n1,2,,merged\n",
            "pairs.csv: “” in probability is no number from 0 to 1.",
            id="no value",
        ),
        pytest.param(
            "row_a,row_b,probability,tier\n1,2,0.5,perhaps\n", "pairs.csv: “perhaps” in tier is not known.", id="tier"
        ),
        pytest.param(
            "row_a,row_b,probability,tier,of\n1,2,0.5,apart,dog\n", "pairs.csv: “dog” in of is not known.", id="kind"
        ),
    ],
)
def test_pairs_that_do_not_fit_are_refused(pairs: str, message: str) -> None:
    with pytest.raises(FileError) as error:
        evaluate_texts(pairs=pairs)
    assert error.value.message == message


def test_pairs_need_the_rows_of_the_result() -> None:
    with pytest.raises(FileError, match="has no column “row”"):
        evaluate_texts(without(RESULT, "row"), pairs=PAIRS)


def test_calibration_of_four_pairs() -> None:
    probability = np.array([0.9, 1.0, 0.95, 0.1])
    result = calibrate(probability, np.array([True, True, False, False]))
    last = result.bins[9]
    assert (last.low, last.high, last.pairs) == (0.9, 1.0, 3)
    assert last.mean_probability == pytest.approx(0.95)
    assert last.share_true == pytest.approx(2 / 3)
    assert result.bins[1].pairs == 1
    assert result.bins[0].share_true is None
    assert result.expected_error == pytest.approx(3 / 4 * (0.95 - 2 / 3) + 1 / 4 * 0.1)
    assert result.brier == pytest.approx((0.1**2 + 0 + 0.95**2 + 0.1**2) / 4)


@pytest.mark.parametrize("place", range(10))
def test_an_edge_belongs_to_the_upper_bin(place: int) -> None:
    bins = calibrate(np.array([place / 10]), np.array([True])).bins
    assert [item.pairs for item in bins].index(1) == place


LABELS = st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.sampled_from(["", "x", "y", "z"])), max_size=14)


def shares_by_definition(found: list[str], true: list[str]) -> list[tuple[Fraction, Fraction]]:
    """B-cubed precision and recall of every record, by looking at every record for each."""
    rows = range(len(found))

    def same(labels: list[str], one: int, other: int) -> bool:
        return one == other or (labels[one] == labels[other] != "")

    shares = []
    for one in rows:
        in_found = {other for other in rows if same(found, one, other)}
        in_true = {other for other in rows if same(true, one, other)}
        both = len(in_found & in_true)
        shares.append((Fraction(both, len(in_found)), Fraction(both, len(in_true))))
    return shares


@given(LABELS)
def test_scores_are_those_of_their_definition(labels: list[tuple[str, str]]) -> None:
    found, true = [one for one, _other in labels], [other for _one, other in labels]
    score = score_labels(*(number_labels(pd.Series(column, dtype="str")) for column in (found, true)))
    shares = shares_by_definition(found, true)
    size = len(labels) or 1
    assert score.bcubed_precision == pytest.approx(float(sum(share for share, _ in shares) / size) if labels else 1.0)
    assert score.bcubed_recall == pytest.approx(float(sum(share for _, share in shares) / size) if labels else 1.0)
    pairs = [(one, other) for one in range(len(labels)) for other in range(one)]
    together = {pair for pair in pairs if found[pair[0]] == found[pair[1]] != ""}
    belonging = {pair for pair in pairs if true[pair[0]] == true[pair[1]] != ""}
    assert (score.found, score.true, score.both) == (len(together), len(belonging), len(together & belonging))


@given(LABELS)
def test_classes_add_up_to_the_whole(labels: list[tuple[str, str]]) -> None:
    found, true = (
        number_labels(pd.Series(column, dtype="str"))
        for column in ([one for one, _other in labels], [other for _one, other in labels])
    )
    classes = pd.Series([f"class {place % 3}" for place in range(len(labels))], dtype="str")
    scores, whole = score_classes(found, true, classes).values(), score_labels(found, true)
    assert sum(score.rows for score in scores) == whole.rows
    assert sum(score.partners for score in scores) == 2 * whole.true
    assert sum(score.wrong for score in scores) == 2 * (whole.found - whole.both)
    if labels:
        mean = sum(score.bcubed_recall * score.rows for score in scores) / whole.rows
        assert mean == pytest.approx(whole.bcubed_recall)


@given(LABELS)
def test_the_truth_itself_is_perfect(labels: list[tuple[str, str]]) -> None:
    true = number_labels(pd.Series([label for _found, label in labels], dtype="str"))
    score = score_labels(true, true)
    assert (score.precision, score.recall, score.f1) == (1, 1, 1)
    assert (score.bcubed_precision, score.bcubed_recall, score.bcubed_f1) == (1, 1, 1)
