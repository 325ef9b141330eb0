"""The short form of the fuzz run: a few hundred damaged files end in a table or in a clear error."""

from benchmarks.fuzz_readers import find_crashes


def test_damaged_files_never_crash() -> None:
    assert [(crash.number, crash.error) for crash in find_crashes(300, seed=7)] == []
