"""Write the generated parts of the documentation, or check that they are what the program gives.

``python -m tools.docs`` rewrites whole pages (commands, settings, findings, columns), blocks inside hand-written pages,
and the answers in their sessions. With ``--check`` nothing is written, and the exit code is 1 where a page is stale.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from crmclean.core.i18n import LANGUAGES, set_language
from tools.reference import BLOCKS, PAGES
from tools.tour import ROOT, with_answers

DOCS: Final = ROOT / "docs"


def language_of(path: Path) -> str:
    """Return the language of a page: that of its folder, else of its name (`README.ru.md`), else English."""
    return "ru" if path.parent.name == "ru" or ".ru." in path.name else "en"


def hand_written() -> list[Path]:
    """Return the pages that people write and that may hold generated parts."""
    guides = [path for lang in LANGUAGES for path in (DOCS / lang).glob("*.md") if path.name not in PAGES]
    return [ROOT / "README.md", ROOT / "README.ru.md", *sorted(guides)]


def fresh_pages() -> Iterator[tuple[Path, str]]:
    """Yield every page that is generated, wholly or in part, with the text that it should have."""
    for lang in LANGUAGES:
        for name, render in PAGES.items():
            set_language(lang)
            yield DOCS / lang / name, render()
    for path in hand_written():
        lang = language_of(path)
        set_language(lang)
        yield path, with_answers(_fill_blocks(path.read_text("utf-8")), lang)


def _fill_blocks(page: str) -> str:
    for name, render in BLOCKS.items():
        first, last = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        head, start, rest = page.partition(first)
        _old, end, tail = rest.partition(last)
        if start and end:
            page = f"{head}{start}\n{render()}\n\n{end}{tail}"
    return page


def main(argv: list[str]) -> int:
    """Write or check; return the exit code."""
    stale = []
    for path, text in fresh_pages():
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(path.relative_to(ROOT).as_posix())
        if "--check" not in argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
    word = "stale, run `make docs`" if "--check" in argv else "written"
    for name in stale:
        print(f"{name}: {word}")
    return 1 if stale and "--check" in argv else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
