"""Build the wheel, install it in an empty virtual environment, and use it there on a sample.

The environment is made outside the checkout, so that only what is inside the wheel can be found.
"""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command and return what it wrote to stdout."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def main() -> None:
    """Check the wheel; a command that fails ends the check."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(sys.executable, "-m", "build", "--outdir", folder / "dist", ROOT, cwd=folder)
        (wheel,) = (folder / "dist").glob("*.whl")
        venv.create(folder / "venv", with_pip=True)
        scripts = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
        run(scripts / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
        version = run(scripts / "crmclean", "--version", cwd=folder).strip()
        russian = run(scripts / "crmclean", "--lang", "ru", "dedup", "--help", cwd=folder)
        if "Какая запись" not in russian:
            raise SystemExit("the Russian translation is not in the wheel")
        sample = ROOT / "samples" / "bitrix24_contacts.csv"
        result = json.loads(
            run(scripts / "crmclean", "dedup", sample, "-o", "clean.csv", "--report", "r.html", "--json", cwd=folder)
        )
        if not (0 < result["merged"] < result["rows_in"] == result["rows_out"] + result["merged"]):
            raise SystemExit(f"a dedup of the sample gave {result}")
        print(f"{wheel.name}: {version}; {result['rows_in']} rows in, {result['rows_out']} out")


if __name__ == "__main__":
    main()
