"""Which language to speak: ``--lang``, else ``CRMCLEAN_LANG``, else the system's, else English."""

from collections.abc import Mapping, Sequence

from crmclean.core.errors import UsageError
from crmclean.core.i18n import LANGUAGES, _, detect_language, set_language


def choose_language(argv: Sequence[str], environ: Mapping[str, str]) -> str:
    """Return the language of a call, read before its options are parsed: help and errors speak it too.

    >>> choose_language(["dedup", "--lang=ru", "base.csv"], {})
    'ru'
    >>> choose_language(["dedup", "base.csv"], {"CRMCLEAN_LANG": "ru", "LANG": "en_US.UTF-8"})
    'ru'
    >>> choose_language(["dedup", "base.csv"], {"LANG": "ru_RU.UTF-8"})
    'ru'
    """
    asked = [_lang_option(argv), environ.get("CRMCLEAN_LANG", "").strip().lower()]
    for language in asked:
        if language in LANGUAGES:
            return language
    return detect_language(environ)


def check_language(argv: Sequence[str]) -> None:
    """Check what was given with ``--lang``.

    Raises:
        UsageError: crmclean does not speak this language.
    """
    asked = _lang_option(argv)
    if asked and asked not in LANGUAGES:
        raise UsageError(
            _("--lang {language}: there is no such language here.").format(language=asked),
            _("Choose one of: {choices}.").format(choices=", ".join(LANGUAGES)),
        )


def speak(language: str) -> None:
    """Choose the language of every message; English where the catalogue of this one was not installed."""
    try:
        set_language(language)
    except FileNotFoundError:
        set_language("en")


def _lang_option(argv: Sequence[str]) -> str:
    for position, argument in enumerate(argv):
        if argument == "--":
            break
        if argument == "--lang" and position + 1 < len(argv):
            return argv[position + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return ""
