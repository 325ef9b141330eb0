"""Messages in the user's language, through gettext.

English message ids stand in the code; ``locale/ru/LC_MESSAGES/crmclean.po`` holds the Russian.
``N_`` only marks a text (a module-level constant); ``_`` translates when the text is shown.
"""

import gettext
import locale
import os
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("en", "ru")
LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"

_translation: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def N_(message: str) -> str:  # noqa: N802 - the name that every gettext tool looks for
    """Mark ``message`` for translation and return it unchanged."""
    return message


def _(message: str) -> str:
    """Return ``message`` in the chosen language."""
    return _translation.gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """Return the form of a counted message that fits ``n`` (Russian has three)."""
    return _translation.ngettext(singular, plural, n)


def language() -> str:
    """Return the chosen language, ``"ru"`` or ``"en"``."""
    return _language


def set_language(lang: str) -> None:
    """Choose the language of every later message.

    Raises:
        ValueError: ``lang`` is none of ``LANGUAGES``.
    """
    global _language, _translation
    if lang not in LANGUAGES:
        raise ValueError(lang)
    _language = lang
    _translation = gettext.translation("crmclean", LOCALE_DIR, [lang], fallback=lang == "en")


def detect_language(environ: Mapping[str, str] = os.environ) -> str:
    """Return the language of the locale: the variables gettext reads, then the system's own; else English."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name, "")
        if value:
            return _supported(value)
    return _supported(locale.getlocale()[0] or "")


def _supported(name: str) -> str:
    code = name.split(":")[0].replace("-", "_").split("_")[0].lower()
    return "ru" if code in ("ru", "russian") else "en"
