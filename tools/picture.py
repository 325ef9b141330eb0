"""Draw the report of ``crmclean dedup`` on a sample as an SVG, for the README.

``python -m tools.picture`` writes ``docs/report.svg`` and ``docs/report.ru.svg``; with ``--check`` it only compares.
What differs from run to run (the time it took) is left out, so that the same program draws the same picture.
"""

import io
import re
import sys
from typing import Final
from unittest.mock import patch

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from crmclean.cli import screen
from crmclean.core.i18n import LANGUAGES
from tools.tour import ROOT, call_on_screen, session

SAMPLE: Final = "bitrix24_contacts.csv"
COMMAND: Final = f"crmclean dedup {SAMPLE}"
WIDTH: Final = 96

_SECONDS: Final = re.compile(r" · \d+[.,]\d (s|с)\b")

# Rich's own frame without the fonts that it would fetch from the network.
_FRAME: Final = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
    font-family: "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace;
    font-size: {char_height}px;
    line-height: {line_height}px;
    font-variant-east-asian: full-width;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: arial, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def draw(lang: str) -> str:
    """Return the picture in one language."""
    report = _recorder()
    with session(lang), patch.object(screen, "console_for_stderr", lambda no_color, quiet: report):
        answer = call_on_screen(["dedup", SAMPLE])
    if answer.code:
        raise RuntimeError(f"{COMMAND}: exit code {answer.code}\n{answer.text}")
    coloured = _SECONDS.sub("", report.export_text(styles=True)).rstrip()
    picture = _recorder()
    picture.print(Text.assemble(("$ ", "green"), (COMMAND, "bold")))
    picture.print()
    picture.print(Text.from_ansi(coloured), soft_wrap=True)
    return picture.export_svg(title=COMMAND, theme=MONOKAI, code_format=_FRAME, unique_id="crmclean")


def _recorder() -> Console:
    return Console(
        record=True, width=WIDTH, file=io.StringIO(), highlight=False, color_system="standard", no_color=False
    )


def main(argv: list[str]) -> int:
    """Draw or check; return the exit code."""
    stale = False
    for lang in LANGUAGES:
        path = ROOT / "docs" / ("report.svg" if lang == "en" else f"report.{lang}.svg")
        drawn = draw(lang)
        if path.exists() and path.read_text("utf-8") == drawn:
            continue
        stale = True
        name = path.relative_to(ROOT).as_posix()
        if "--check" in argv:
            print(f"{name}: stale, run `make picture`")
        else:
            path.write_text(drawn, "utf-8", newline="\n")
            print(f"{name}: written")
    return 1 if stale and "--check" in argv else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
