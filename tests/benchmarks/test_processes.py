"""Benchmarks measure whole processes; here on a base small enough for a test."""

import sys
from pathlib import Path

import pytest

from benchmarks.dedup import measure_size, show
from benchmarks.processes import measure, spread


def test_a_process_is_measured() -> None:
    measured = measure([sys.executable, "-c", "import time; ballast = b'x' * 2**26; time.sleep(0.1); print('done')"])
    assert measured.stdout == "done\n"
    assert measured.seconds >= 0.1
    assert measured.peak > 64


def test_a_process_that_fails_ends_the_benchmark_with_its_words() -> None:
    with pytest.raises(SystemExit, match=r"ended with 3:\nout of paper"):
        measure([sys.executable, "-c", "import sys; sys.stderr.write('out of paper'); sys.exit(3)"])


def test_the_spread_names_median_least_greatest_and_runs() -> None:
    assert spread([3.0, 1.0, 2.0]) == "2.00 s (1.00–3.00, 3 runs)"


def test_dedup_is_measured_beside_the_plain_alternative(tmp_path: Path) -> None:
    result = measure_size(tmp_path, rows=300, runs=1, seed=3)
    assert result["report"]["rows_in"] == 300
    assert len(result["seconds"]) == len(result["plain_seconds"]) == 1
    assert set(result["evaluation"]["scores"]) == {
        "person",
        "client",
        "likely_person",
        "likely",
        "company",
        "household",
    }
    assert set(result["plain_evaluation"]["scores"]) == {"person", "client"}
    lines = show(result).splitlines()
    assert lines[0] == "300 rows"
    assert len(lines) == 4 + 6 + 2
