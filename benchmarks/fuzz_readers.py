"""Damage files at random and read them: anything but a table or a clear error is a bug.

    python -m benchmarks.fuzz_readers --count 100000 --seed 1

Every input follows from the seed and its number, so that ``--seed 1 --only 4711`` makes the same one again.
"""

import argparse
import random
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crmclean.core.errors import CrmCleanError
from crmclean.core.settings import ReadSettings
from crmclean.files.reading import read_table
from crmclean.files.writing import render
from tests.files.zoo import make_zoo

SAMPLES: Final = Path(__file__).parent.parent / "samples"
_HEAD: Final = 6_000
_MOST_SHOWN: Final = 20

_MARKS: Final = (
    *('"', '""', "'", ";", ",", "\t", "|", "\n", "\r", "\r\n", "\n\n", "\0", "\0\0\0\0", "\x1a", '";"', '";\n"'),
    *("sep=;\n", "sep=", '"sep=|"\n', "=1+1", "1;2;3\n", "Итого", "Итого;;5\n", "Телефон", "ФИО;Контакты;;\n"),
)
_TAGS: Final = (
    *("<table>", "</table>", "<tr>", "<td>", "</td>", "<br>", "<!--", "<![CDATA[", "&#0;", "&#x110000;", "&nbsp;"),
    *(' colspan="99999999"', ' rowspan="0"', ' colspan="-1"', "BEGIN:VCARD\n", "END:VCARD\n", "{", "}", "["),
)
_SPACES: Final = ("\u2028", "\u0085", "\ufeff", "\u00a0")
_BYTES: Final = (
    *(b"\xff", b"\xff\xfe", b"\xfe\xff", b"\xd0", b"\xf0\x9f", b"\x98"),
    *(b"PK\3\4", b"PAR1", b"\x1f\x8b\x08", "Всего".encode("cp1251")),
)
_TOKENS: Final = (*(text.encode() for text in (*_MARKS, *_TAGS, *_SPACES)), *_BYTES)
_REPLACEMENTS: Final = ((b"\r\n", b"\n"), (b";", b","), (b'"', b""), (b"\n", b"\r"), (b" ", b"\0"))


@dataclass(frozen=True)
class Crash:
    """An input that ended in something else than a table or a clear error."""

    number: int
    error: str
    data: bytes


def load_seeds() -> list[bytes]:
    """Return the zoo and the samples; of long texts the head, for a mutation matters more than another row."""
    files = [path.read_bytes() for path in sorted(SAMPLES.iterdir()) if path.suffix in (".csv", ".xls", ".xlsx")]
    seeds = [specimen.data for specimen in make_zoo()] + files
    return [data if data.startswith(b"PK") else data[:_HEAD] for data in seeds]


def mutate(seeds: Sequence[bytes], random_source: random.Random) -> bytes:
    """Return one of the files with one to six mutations."""
    data = random_source.choice(seeds)
    for _round in range(random_source.randint(1, 6)):
        data = _mutate_once(data, seeds, random_source)
    return data


def _mutate_once(data: bytes, seeds: Sequence[bytes], random_source: random.Random) -> bytes:
    at = random_source.randint(0, len(data))
    end = min(len(data), at + random_source.choice((1, 2, 7, 40, 400)))
    match random_source.randrange(8):
        case 0:
            return data[:at] + random_source.choice(_TOKENS) + data[at:]
        case 1:
            return data[:at] + random_source.choice(_TOKENS) + data[end:]
        case 2:
            return data[:at] + data[end:]
        case 3:
            return data[:end] + data[at:end] * random_source.randint(1, 3) + data[end:]
        case 4:
            return data[:at] + bytes([random_source.randrange(256)]) + data[at + 1 :]
        case 5:
            return data[:at]
        case 6:
            other = random_source.choice(seeds)
            return data[:at] + other[random_source.randint(0, len(other)) :][:_HEAD]
        case _:
            return data.replace(*random_source.choice(_REPLACEMENTS))


def find_crashes(count: int, seed: int, start: int = 0) -> Iterator[Crash]:
    """Yield every input that crashes: reading it, or writing its table back."""
    seeds = load_seeds()
    with ThreadPoolExecutor(max_workers=1) as readers:
        for number in range(start, start + count):
            data = mutate(seeds, random.Random(seed * 1_000_003 + number))
            error = readers.submit(_read_and_write, data).exception()
            if error is not None and not isinstance(error, CrmCleanError):
                yield Crash(number, "".join(traceback.format_exception(error)), data)


def _read_and_write(data: bytes) -> None:
    render(read_table(data, "base", ReadSettings()).table)


def main() -> int:
    """Run the loop, print each kind of crash once, and return how the process is to end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, default=None, help="the number of one input, to see it again")
    asked = parser.parse_args()
    count, start = (asked.count, 0) if asked.only is None else (1, asked.only)
    began = time.perf_counter()
    kinds: dict[str, int] = {}
    for crash in find_crashes(count, asked.seed, start):
        kind = "\n".join(crash.error.strip().splitlines()[-5:])
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] == 1 and len(kinds) <= _MOST_SHOWN:
            print(f"input {crash.number} (seed {asked.seed}):\n{crash.error}\n{crash.data[:400]!r}\n", flush=True)
    seconds = time.perf_counter() - began
    print(f"{count:,} inputs in {seconds:.0f} s: {sum(kinds.values()):,} crashes of {len(kinds)} kinds")
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
