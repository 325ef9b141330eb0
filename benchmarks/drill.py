"""Drills of ``crmclean run``: killed at any moment, with a full disk, two at once. No output may be broken or mixed.

    python -m benchmarks.drill                     # all three, as many trials as the figures in the documents
    python -m benchmarks.drill --kills 20 --full 5 --pairs 5

What a whole output is, is known beforehand: the night is first done undisturbed in a copy of the folder. After every
trial each dated folder must be one of the whole ones, byte for byte. After the last one, the night is done undisturbed,
without any repair, and must give what it gave in the copy.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.processes import ROOT

FIRST: Final = "2026-11-20"
SECOND: Final = "2026-11-21"
SAMPLE: Final = ROOT / "samples" / "bitrix24_contacts.csv"
CONFIG: Final = """[run]
input = "exports/*.csv"
newest = true
steps = ["normalize", "dedup", "dead", "audit"]
lang = "en"
log = "crmclean.log"
"""
TMPFS_SIZES: Final = (32, 700)
"""KiB: from less than the database needs to nearly all that a night writes."""

Digests = dict[str, str]


@dataclass
class Drill:
    """A folder with a config, an export, and the results of a first night.

    Attributes:
        folder: where the config lies.
        whole: for each dated folder the digests that it has when it is whole; of the reports the names alone.
    """

    folder: Path
    whole: dict[str, Digests]

    def problems(self) -> list[str]:
        """Return what is wrong with the results now; nothing where each folder is whole."""
        clean = self.folder / "clean"
        found = []
        for path in sorted(clean.iterdir()) if clean.is_dir() else []:
            if path.name.startswith("."):
                continue
            if path.name == "latest":
                if not path.is_dir():
                    found.append("latest leads nowhere")
            elif path.name not in self.whole:
                found.append(f"{path.name} should not be there")
            elif digests(path) != self.whole[path.name]:
                found.append(f"{path.name} is broken or mixed")
        if not (clean / FIRST).is_dir() and FIRST in self.whole:
            found.append("the results of the first night are gone")
        return found


def prepare(folder: Path, rows: int = 0) -> Drill:
    """Make a folder where the first night is done, and find out what the second night gives.

    Args:
        rows: lines of the export that are taken; 0 for all.
    """
    (folder / "exports").mkdir(parents=True)
    (folder / "crmclean.toml").write_text(CONFIG, "utf-8")
    lines = SAMPLE.read_bytes().splitlines(keepends=True)
    lines = lines[:rows] if rows else lines
    export = folder / "exports" / "contacts.csv"
    export.write_bytes(b"".join(lines[: len(lines) * 2 // 3]))
    run(folder, FIRST)
    export.write_bytes(b"".join(lines))
    copy = folder.with_name(folder.name + ".whole")
    shutil.copytree(folder, copy, symlinks=True)
    run(copy, SECOND)
    whole = {name: digests(copy / "clean" / name) for name in (FIRST, SECOND)}
    shutil.rmtree(copy)
    return Drill(folder, whole)


def digests(folder: Path) -> Digests:
    """Return the digest of every file of a folder; a report tells its paths, so that of it the name alone counts."""
    return {
        path.name: "report" if path.name.startswith("report") else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def command(day: str) -> list[str]:
    """Return the command line of a night."""
    return [sys.executable, "-m", "crmclean", "run", "crmclean.toml", "--as-of", day, "--quiet"]


def start(folder: Path, day: str) -> "subprocess.Popen[bytes]":
    """Start a night in a group of processes of its own."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    environ.pop("CRMCLEAN_STATE", None)
    return subprocess.Popen(
        command(day), cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0
    )


def run(folder: Path, day: str) -> tuple[int, str]:
    """Do a night to its end; return its exit code and what it said."""
    process = start(folder, day)
    out, err = process.communicate()
    return process.returncode, (out + err).decode("utf-8", "replace")


def drill_kills(drill: Drill, trials: int, chance: random.Random) -> tuple[list[str], Counter[str]]:
    """Kill the second night at a random moment, again and again; return what was wrong, and how the trials ended.

    Half of the moments lie anywhere in a night, half in its last third, where it writes. Where it was whole before
    the signal came, its folder and its state are taken away again.
    """
    before = drill.folder.with_name(drill.folder.name + ".before")
    shutil.copytree(drill.folder, before, symlinks=True)
    started = time.perf_counter()
    assert run(drill.folder, SECOND)[0] == 0
    length = time.perf_counter() - started
    wrong: list[str] = []
    ends: Counter[str] = Counter()
    _restore(drill.folder, before)
    for trial in range(trials):
        process = start(drill.folder, SECOND)
        least = 0.0 if trial % 2 else length * 0.6
        time.sleep(chance.uniform(least, length * 1.1))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        wrong += [f"kill {trial}: {problem}" for problem in drill.problems()]
        is_there = (drill.folder / "clean" / SECOND).exists()
        ends["killed" if process.returncode == -signal.SIGKILL else f"exit {process.returncode}"] += 1
        ends["with its results in place"] += is_there
        if is_there:
            _restore(drill.folder, before)
    wrong += _finish(drill)
    shutil.rmtree(before)
    return wrong, ends


def drill_pairs(drill: Drill, trials: int) -> tuple[list[str], Counter[str]]:
    """Start the second night twice at once; return what was wrong, and how the two ended."""
    before = drill.folder.with_name(drill.folder.name + ".before")
    shutil.copytree(drill.folder, before, symlinks=True)
    wrong: list[str] = []
    ends: Counter[str] = Counter()
    for trial in range(trials):
        pair = [start(drill.folder, SECOND) for _number in range(2)]
        said = [b"".join(process.communicate()).decode("utf-8", "replace") for process in pair]
        codes = sorted(process.returncode for process in pair)
        ends[f"exit {codes[0]} and {codes[1]}"] += 1
        if codes != [0, 4]:
            wrong.append(f"pair {trial}: exit codes {codes}")
        if any("Traceback" in text for text in said) or sum(bool(text) for text in said) != 1:
            wrong.append(f"pair {trial}: it said {said}")
        wrong += [f"pair {trial}: {problem}" for problem in drill.problems()]
        if digests(drill.folder / "clean" / SECOND) != drill.whole[SECOND]:
            wrong.append(f"pair {trial}: the night was not done")
        _restore(drill.folder, before)
    shutil.rmtree(before)
    return wrong, ends


def drill_full_disk(template: Drill, parent: Path, sizes: Sequence[int]) -> tuple[list[str], Counter[str]]:
    """Do the second night on small disks, of so many KiB above what is there; root alone can mount them."""
    wrong: list[str] = []
    ends: Counter[str] = Counter()
    used = sum(path.stat().st_size for path in template.folder.rglob("*") if path.is_file()) // 1024
    for number, size in enumerate(sizes):
        disk = parent / f"disk{number}"
        disk.mkdir(parents=True)
        # Every file takes whole pages of 4 KiB.
        files = sum(1 for path in template.folder.rglob("*"))
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={used + 4 * files + size}k", "tmpfs", str(disk)], check=True
        )
        try:
            folder = disk / "crm"
            shutil.copytree(template.folder, folder, symlinks=True)
            drill = Drill(folder, template.whole)
            code, said = run(folder, SECOND)
            ends[f"exit {code}"] += 1
            if code not in (0, 3) or "Traceback" in said or (code == 3 and not said.strip()):
                wrong.append(f"disk {size} KiB: exit {code}: {said[:300]}")
            wrong += [f"disk {size} KiB: {problem}" for problem in drill.problems()]
            subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
            wrong += [f"disk {size} KiB: {problem}" for problem in _finish(drill)]
        finally:
            subprocess.run(["umount", str(disk)], check=True)
    return wrong, ends


def _restore(folder: Path, before: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(before, folder, symlinks=True)


def _finish(drill: Drill) -> list[str]:
    """Do the second night undisturbed; return what is wrong with it, and what was left lying about."""
    code, said = run(drill.folder, SECOND)
    wrong = [] if code == 0 else [f"the next night ended with {code}: {said[:300]}"]
    if digests(drill.folder / "clean" / SECOND) != drill.whole[SECOND]:
        wrong.append("the next night is not whole")
    clean = drill.folder / "clean"
    left = [path.name for path in clean.iterdir() if path.name.startswith(".") and path.name != ".crmclean"]
    return wrong + drill.problems() + [f"{name} was left" for name in left]


def can_mount() -> bool:
    """Tell whether this process may mount a small disk."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True)
        if done.returncode:
            return False
        subprocess.run(["umount", folder], check=True)
    return True


def main() -> None:
    """Do the drills and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--full", type=int, default=20)
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        parent = Path(name)
        found, ends = drill_kills(prepare(parent / "kills"), options.kills, chance)
        print(f"killed at a random moment: {options.kills} times; {len(found)} wrong; {dict(ends)}", flush=True)
        wrong += found
        found, ends = drill_pairs(prepare(parent / "pairs"), options.pairs)
        print(f"two at once: {options.pairs} times; {len(found)} wrong; {dict(ends)}", flush=True)
        wrong += found
        if can_mount():
            sizes = [chance.randint(*TMPFS_SIZES) for _number in range(options.full)]
            found, ends = drill_full_disk(prepare(parent / "template"), parent / "disks", sizes)
            print(f"full disk: {options.full} times; {len(found)} wrong; {dict(ends)}", flush=True)
            wrong += found
        else:
            print("full disk: not done, only root can mount small disks")
    for problem in wrong:
        print(problem)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
