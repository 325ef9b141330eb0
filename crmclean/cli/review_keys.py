"""The keys of ``crmclean review``: one key an answer, whichever of the two keyboard layouts is on.

The Latin and the Russian letter of an action are the two letters of one physical key, so that a key does the same in
both layouts. Y and N are not used: «н» of «нет» is the key of Y, and a wrong layout would turn answers round.
"""

import codecs
import os
import sys
from collections.abc import Callable
from enum import StrEnum
from io import TextIOWrapper
from types import MappingProxyType
from typing import Final

from crmclean.core.i18n import N_, _


class Action(StrEnum):
    """What a key asks for."""

    SAME = "same"
    DIFFERENT = "different"
    LATER = "later"
    BACK = "back"
    ALL_FIELDS = "all fields"
    HELP = "help"
    QUIT = "quit"


KEYS: Final = MappingProxyType(
    {
        Action.SAME: ("1", "j", "о"),
        Action.DIFFERENT: ("2", "d", "в"),
        Action.LATER: (" ", "l", "д"),
        Action.BACK: ("b", "и", "\x7f", "\x08"),
        Action.ALL_FIELDS: ("a", "ф"),
        Action.HELP: ("?", "h", "р"),
        Action.QUIT: ("q", "й", "\x04", "\x1a"),
    }
)
"""The signs of each action; of quit also the ends of input, Ctrl-D and Ctrl-Z."""

_ACTIONS: Final = MappingProxyType({sign: action for action, signs in KEYS.items() for sign in signs})

_TITLES: Final = MappingProxyType(
    {
        Action.SAME: (N_("1 or J"), N_("one client")),
        Action.DIFFERENT: (N_("2 or D"), N_("different clients")),
        Action.LATER: (N_("space or L"), N_("decide later")),
        Action.BACK: (N_("B"), N_("take the last answer back")),
        Action.ALL_FIELDS: (N_("A"), N_("all fields")),
        Action.QUIT: (N_("Q"), N_("stop")),
        Action.HELP: ("?", N_("help")),
    }
)

_CANCEL: Final = "\x03"
_ESCAPE: Final = "\x1b"
_FUNCTION_KEYS: Final = ("\x00", "\xe0")
"""On Windows each comes before the number of a key that is no letter."""


def action_of(sign: str) -> Action | None:
    """Return what a key asks for; ``None`` where it asks for nothing.

    >>> action_of("О"), action_of("j"), action_of("н")
    (<Action.SAME: 'same'>, <Action.SAME: 'same'>, None)
    """
    return _ACTIONS.get(sign.lower())


def name_keys() -> list[tuple[str, str]]:
    """Return names of keys and what they do, in the user's language."""
    return [(_(keys), _(meaning)) for keys, meaning in _TITLES.values()]


def choose_reader() -> Callable[[], str]:
    """Return what reads one key: from the terminal without Enter, else a line of stdin; it returns ``""`` at the end.

    Keys that were pressed before the question stood on the screen are forgotten: they cannot have meant it.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        return _read_line
    if sys.platform == "win32":
        return _read_console_key
    return _TerminalKeys(sys.stdin.fileno()).read


def _read_line() -> str:
    """Return the key on the next line of stdin, which may have blanks around it."""
    line = sys.stdin.readline() if sys.stdin is not None else ""
    return line.strip() or line[:1]


if sys.platform == "win32":
    import msvcrt

    def _read_console_key() -> str:
        while msvcrt.kbhit():
            msvcrt.getwch()
        sign = msvcrt.getwch()
        if sign in _FUNCTION_KEYS:
            msvcrt.getwch()
            return _ESCAPE
        if sign == _CANCEL:
            raise KeyboardInterrupt
        return sign

else:
    import select
    import termios
    import tty

    _LOOK_AGAIN_SECONDS: Final = 0.3
    _LOCAL_MODES: Final = 3

    class _TerminalKeys:
        """The keys of a terminal, each as it is pressed.

        The terminal is out of its usual mode only while a key is awaited: nothing that stops or suspends the program
        at any other moment has to put it back.
        """

        def __init__(self, descriptor: int) -> None:
            self._descriptor = descriptor

        def read(self) -> str:
            """Return the next key; a key that is no letter (an arrow) as Escape."""
            try:
                usual = termios.tcgetattr(self._descriptor)
                try:
                    tty.setcbreak(self._descriptor, termios.TCSAFLUSH)
                    return self._read_sign()
                finally:
                    termios.tcsetattr(self._descriptor, termios.TCSADRAIN, usual)
            except (OSError, termios.error):
                # The terminal is gone: nobody is left to answer, or to whom its mode matters.
                return ""

        def _read_sign(self) -> str:
            decoder = codecs.getincrementaldecoder(sys.stdin.encoding or "utf-8")("replace")
            sign = ""
            while not sign:
                self._await_input()
                # One letter may come in several bytes; an arrow comes as Escape and more, all at once.
                piece = os.read(self._descriptor, 32)
                if not piece:
                    return ""
                sign = decoder.decode(piece)
            return _ESCAPE if sign.startswith(_ESCAPE) else sign[0]

        def _await_input(self) -> None:
            # After Ctrl-Z and `fg` the terminal is in the mode of the shell again. The signal of that may reach any
            # thread of the libraries and wake nobody here, so that the mode is looked at now and then.
            while not select.select([self._descriptor], [], [], _LOOK_AGAIN_SECONDS)[0]:
                if termios.tcgetattr(self._descriptor)[_LOCAL_MODES] & termios.ICANON:
                    tty.setcbreak(self._descriptor, termios.TCSANOW)
