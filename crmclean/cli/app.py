"""The entry point: one call in, one exit code out, and never a page of traceback."""

import os
import sys
from collections.abc import Sequence
from typing import Final

from crmclean.cli.crashes import CrashGuard, say_on_stderr
from crmclean.cli.interrupts import Terminated, signals_unwind
from crmclean.cli.language import check_language, choose_language, speak
from crmclean.cli.streams import finish_streams, prepare_streams, write_stdout
from crmclean.core.errors import CrmCleanError, ExitCode
from crmclean.core.i18n import _

PROGRAM: Final = "crmclean"


def run() -> None:
    """Run the program and leave with its exit code."""
    sys.exit(main())


def main(argv: Sequence[str] | None = None) -> int:
    """Run one call and return its exit code; see ``core.errors.ExitCode``, and 128 plus its number after a signal.

    Args:
        argv: the arguments without the name of the program; those of the process by default.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    prepare_streams()
    with CrashGuard(say_on_stderr) as guard, signals_unwind():
        return int(_answer(arguments))
    return int(guard.exit_code)


def _answer(arguments: list[str]) -> int:
    try:
        speak(choose_language(arguments, os.environ))
        check_language(arguments)
        code = _dispatch(arguments)
        if sys.stdout is not None:
            write_stdout(b"")
        return code
    except CrmCleanError as error:
        _show(error)
        return error.exit_code
    except Terminated as signal:
        say_on_stderr(_("told to end; stopped."))
        return signal.exit_code
    except KeyboardInterrupt:
        say_on_stderr(_("interrupted."))
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader has seen enough (`| head`): that is no failure.
        return ExitCode.DONE
    finally:
        finish_streams()


def _dispatch(arguments: list[str]) -> int:
    """Parse a call and run its command."""
    import typer

    from crmclean.cli.tree import build_commands
    from crmclean.cli.usage_errors import explain_usage, is_bare_call

    command = build_commands(PROGRAM)
    try:
        if f"_{PROGRAM.upper()}_COMPLETE" in os.environ:
            # The shell asks for completions; Typer answers and leaves.
            command.main(arguments, prog_name=PROGRAM, standalone_mode=False)
        with command.make_context(PROGRAM, arguments) as context:
            return int(command.invoke(context) or ExitCode.DONE)
    except typer.Exit as exit_request:
        return exit_request.exit_code
    except SystemExit as exit_request:
        return exit_request.code if isinstance(exit_request.code, int) else ExitCode.DONE
    except typer.TyperException as error:
        if is_bare_call(error):
            print(error.message, file=sys.stderr)
            return ExitCode.USAGE
        raise explain_usage(error) from error


def _show(error: CrmCleanError) -> None:
    """Print an error: what and where, and below it what to do next."""
    say_on_stderr(f"{error.message}\n{error.hint}".rstrip())
