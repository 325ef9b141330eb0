"""Agreement with phonenumbers on generated spellings of single numbers; the long form is a benchmark."""

from benchmarks.phone_spellings import compare_spellings


def test_generated_spellings_are_read_as_phonenumbers_reads_them() -> None:
    valid, different = compare_spellings(4_000)
    assert different == []
    assert valid > 2_000
