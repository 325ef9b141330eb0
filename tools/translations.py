"""Gather the messages of the code, bring the Russian catalogue up to date, and compile it.

``python -m tools.translations`` rewrites ``crmclean/locale``; with ``--check`` nothing is written and the exit code
is 1 where a message is missing, unused, not translated, or the compiled catalogue is not what the source gives.
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent / "crmclean"
PO = PACKAGE / "locale" / "ru" / "LC_MESSAGES" / "crmclean.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
PLURAL_FORMS = 3
_METHODS = [("**.py", "python"), ("**.j2", "jinja2.ext.babel_extract")]


def extract() -> Catalog:
    """Return every message of the package, with the files it stands in."""
    catalog = Catalog(project="crmclean", charset="utf-8")
    found = extract_from_dir(PACKAGE, _METHODS, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True)
    for filename, _line, message, comments, context in sorted(found, key=lambda item: (item[0], item[1])):
        catalog.add(message, locations=[(Path(filename).as_posix(), None)], auto_comments=comments, context=context)
    return catalog


def read_russian() -> Catalog:
    """Return the Russian catalogue as it stands; empty where there is none yet."""
    if not PO.exists():
        return Catalog(locale="ru", charset="utf-8")
    with PO.open("rb") as source:
        return read_po(source, locale="ru", charset="utf-8")


def problems(found: Catalog, russian: Catalog) -> list[str]:
    """Return what keeps the Russian catalogue from being complete."""
    wanted = {message.id for message in found if message.id}
    have = {message.id: message for message in russian if message.id}
    texts = [f"not in the catalogue: {_short(one)}" for one in wanted - set(have)]
    texts += [f"no longer in the code: {_short(one)}" for one in set(have) - wanted]
    texts += [f"not translated: {_short(one)}" for one, message in have.items() if not _is_translated(message)]
    texts += [f"placeholders differ: {_short(one)}" for one, message in have.items() if message.id and list(message.check(russian))]
    return sorted(texts)


def compiled(catalog: Catalog) -> bytes:
    """Return the catalogue in gettext's binary form."""
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _is_translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    forms = PLURAL_FORMS if message.pluralizable else 1
    return not message.fuzzy and len(texts) == forms and all(texts)


def _short(message_id: object) -> str:
    text = message_id[0] if isinstance(message_id, tuple | list) else message_id
    return str(text)[:100]


def update() -> Catalog:
    """Rewrite the Russian catalogue for the messages of today, keep its translations, and compile it."""
    found = extract()
    russian = read_russian()
    russian.update(found, no_fuzzy_matching=True)
    russian.obsolete.clear()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as target:
        write_po(target, russian, width=110, sort_output=False, ignore_obsolete=True, include_lineno=False)
    MO.write_bytes(compiled(read_russian()))
    return russian


def main(argv: list[str]) -> int:
    """Update or check; return the exit code."""
    if "--check" not in argv:
        update()
    russian = read_russian()
    wrong = problems(extract(), russian)
    if "--check" in argv and (not MO.exists() or MO.read_bytes() != compiled(russian)):
        wrong.append("the compiled catalogue is not what its source gives: run `make translations`")
    for line in wrong:
        print(line)
    print(f"{len([m for m in russian if m.id])} messages, {len(wrong)} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
