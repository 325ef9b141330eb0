"""`python -m benchmarks.samples`: how right the merges on the files of `samples/` are, by their truth."""

import subprocess
import sys
import tempfile
from pathlib import Path

from crmclean.workflows.evaluate import evaluate_files

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


def main() -> None:
    """Dedup every sample as a user would and print the scores of its clusters."""
    print(f"{'sample':26}{'measure':14}{'precision':>10}{'recall':>8}{'F1':>8}{'found':>7}{'true':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for truth in sorted(SAMPLES.glob("*.truth.csv")):
            sample = truth.with_name(truth.name.removesuffix(".truth.csv"))
            clusters = Path(folder) / f"{sample.name}.clusters.csv"
            command = [sys.executable, "-m", "crmclean", "dedup", str(sample), "-o", str(Path(folder) / sample.name)]
            subprocess.run([*command, "--clusters", str(clusters), "--no-history", "--quiet"], check=True)
            for name, score in evaluate_files(str(clusters), str(truth)).scores.items():
                print(
                    f"{sample.name:26}{name:14}{score.precision:10.4f}{score.recall:8.4f}{score.f1:8.4f}"
                    f"{score.found:7}{score.true:7}"
                )


if __name__ == "__main__":
    main()
