"""Gather the messages of the code, bring the Russian catalogue up to date, and compile it.

``python -m tools.translations`` rewrites ``crmclean/locale``; with ``--check`` nothing is written and the exit code
is 1 where a message is missing, unused, not translated, or the compiled catalogue is not what the source gives.
The same messages and translations always give the same bytes.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE: Final = Path(__file__).resolve().parent.parent / "crmclean"
PO: Final = PACKAGE / "locale" / "ru" / "LC_MESSAGES" / "crmclean.po"

_METHODS: Final = [("**.py", "python"), ("**.j2", "jinja2.ext.babel_extract")]
_KEYWORDS: Final = {"_": None, "N_": None, "ngettext": (1, 2)}
_COMMENT_TAG: Final = "Translators:"
_PLACEHOLDER: Final = re.compile(r"\{\w*(?:![rsa])?(?::[^{}]*)?\}")
_SHOWN: Final = 100

_TITLE: Final = """\
# Russian messages of crmclean.
# This file is distributed under the same license as crmclean itself.
# “python -m tools.translations” adds new messages and drops unused ones; the translations are written here by hand."""


class RussianCatalog(Catalog):
    """A catalogue whose header says what gettext needs: that of Babel holds the time of the run and its version."""

    def __init__(self) -> None:
        super().__init__(locale="ru", charset="utf-8", header_comment=_TITLE, fuzzy=False)

    def __iter__(self) -> Iterator[Message]:
        """Yield the header as a message without an id, then every message."""
        header = {
            "Project-Id-Version": "crmclean",
            "Language": "ru",
            "Language-Team": "Russian",
            "Plural-Forms": self.plural_forms,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Transfer-Encoding": "8bit",
        }
        yield Message("", "".join(f"{name}: {value}\n" for name, value in header.items()))
        yield from (message for message in super().__iter__() if message.id)


def extract() -> Catalog:
    """Return every message of the package in the order of files and lines, with the files it stands in."""
    catalog = Catalog(charset="utf-8")
    found = extract_from_dir(
        PACKAGE, _METHODS, keywords=_KEYWORDS, comment_tags=(_COMMENT_TAG,), strip_comment_tags=True
    )
    for filename, _line, message, comments, _context in sorted(found, key=lambda item: (item[0], item[1])):
        catalog.add(message, locations=[(Path(filename).as_posix(), 0)], auto_comments=comments)
    return catalog


def read_russian(po: Path = PO) -> RussianCatalog:
    """Return the Russian catalogue as it stands; empty where there is none yet."""
    catalog = RussianCatalog()
    if po.exists():
        with po.open("rb") as source:
            for message in read_po(source, locale="ru", charset="utf-8"):
                if message.id:
                    catalog[message.id] = message
    return catalog


def update(po: Path = PO) -> None:
    """Rewrite the Russian catalogue for the messages of today, keep its translations, and compile it."""
    before = {message.id: message for message in read_russian(po)}
    catalog = RussianCatalog()
    for message in extract():
        if message.id:
            known = before.get(message.id)
            message.string = known.string if known else message.string
            message.user_comments = known.user_comments if known else []
            catalog[message.id] = message
    po.parent.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as target:
        write_po(target, catalog, width=110, ignore_obsolete=True, include_lineno=False)
    po.with_suffix(".mo").write_bytes(compile_catalog(read_russian(po)))


def compile_catalog(catalog: Catalog) -> bytes:
    """Return a catalogue in gettext's binary form."""
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def find_problems(po: Path = PO) -> list[str]:
    """Return what keeps the Russian catalogue from being complete, and its compiled form from being up to date."""
    russian = read_russian(po)
    wanted = {message.id for message in extract() if message.id}
    have: Mapping[object, Message] = {message.id: message for message in russian if message.id}
    problems = [f"not in the catalogue: {_shorten(one)}" for one in wanted - have.keys()]
    problems += [f"no longer in the code: {_shorten(one)}" for one in have.keys() - wanted]
    for message in have.values():
        if not is_translated(message, russian.num_plurals):
            problems.append(f"not translated: {_shorten(message.id)}")
        elif not has_same_placeholders(message):
            problems.append(f"placeholders differ: {_shorten(message.id)}")
    mo = po.with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != compile_catalog(russian):
        problems.append("the compiled catalogue is not what its source gives: run “make translations”")
    return sorted(problems)


def is_translated(message: Message, plural_forms: int) -> bool:
    """Tell whether a message has a text for every form, and none that only a guess put there."""
    texts = _as_texts(message.string)
    return not message.fuzzy and len(texts) == (plural_forms if message.pluralizable else 1) and all(texts)


def has_same_placeholders(message: Message) -> bool:
    """Tell whether every form of the translation has the placeholders of the message, with their formats."""
    wanted = sorted(_PLACEHOLDER.findall(_as_texts(message.id)[-1]))
    return all(sorted(_PLACEHOLDER.findall(text)) == wanted for text in _as_texts(message.string))


def main(argv: list[str], po: Path = PO) -> int:
    """Update or check; return the exit code."""
    if "--check" not in argv:
        update(po)
    problems = find_problems(po)
    for problem in problems:
        print(problem)
    print(f"{len(read_russian(po))} messages, {len(problems)} problems")
    return 1 if problems else 0


def _as_texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, (tuple, list)) else (str(value or ""),)


def _shorten(message_id: object) -> str:
    return _as_texts(message_id)[0][:_SHOWN]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
