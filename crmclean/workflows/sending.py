"""Send a notice: to a program of the user's, or by e-mail. With ``mail_exchange`` the only use of the network."""

import smtplib
import ssl
import subprocess
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final

from crmclean.core.i18n import _
from crmclean.core.run_settings import NotifySettings

SECONDS_FOR_PROGRAM: Final = 60.0
SECONDS_FOR_MAIL: Final = 30.0


class NotSentError(Exception):
    """A notice did not go out; the text says why, translated."""


def send_notice(
    settings: NotifySettings, subject: str, text: str, facts: Mapping[str, str], environ: Mapping[str, str]
) -> list[str]:
    """Send a notice in every way that is set.

    Args:
        facts: environment variables for the program, as ``CRMCLEAN_RESULT``.
        environ: the environment; it holds the password of the mail server.

    Returns:
        What did not go out, in sentences: it must not undo a run that is done.
    """
    failures = []
    try:
        if settings.command:
            _call_program(settings.command, f"{subject}\n\n{text}", facts, environ)
    except NotSentError as error:
        failures.append(str(error))
    try:
        if settings.email_to:
            _send_mail(settings, subject, text, environ)
    except NotSentError as error:
        failures.append(str(error))
    return failures


def _call_program(command: Sequence[str], text: str, facts: Mapping[str, str], environ: Mapping[str, str]) -> None:
    name = command[0]
    try:
        done = subprocess.run(
            list(command),
            input=text.encode(),
            env={**environ, **facts},
            timeout=SECONDS_FOR_PROGRAM,
            stdout=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        text = _("The program {name} did not end within {seconds} seconds: the notice was not sent.")
        raise NotSentError(text.format(name=name, seconds=int(SECONDS_FOR_PROGRAM))) from error
    except OSError as error:
        text = _("The program {name} cannot be called ({reason}): the notice was not sent.")
        raise NotSentError(text.format(name=name, reason=error.strerror or type(error).__name__)) from error
    if done.returncode:
        text = _("The program {name} ended with exit code {code}: perhaps the notice was not sent.")
        raise NotSentError(text.format(name=name, code=done.returncode))


def _send_mail(settings: NotifySettings, subject: str, text: str, environ: Mapping[str, str]) -> None:
    message = EmailMessage()
    message["From"] = settings.email_from or settings.email_to[0]
    message["To"] = ", ".join(settings.email_to)
    message["Subject"] = subject
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=message["From"].rpartition("@")[2])
    # RFC 3834: no out-of-office answers to a machine.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    try:
        with _connect(settings) as server:
            if settings.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.user:
                server.login(settings.user, environ.get(settings.password_variable, ""))
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        text = _("The mail server {server} did not take the notice: {reason}.")
        raise NotSentError(text.format(server=settings.smtp, reason=_reason(error))) from error


def _connect(settings: NotifySettings) -> smtplib.SMTP:
    host, _colon, port = settings.smtp.rpartition(":")
    if settings.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, int(port), timeout=SECONDS_FOR_MAIL, context=context)
    return smtplib.SMTP(host, int(port), timeout=SECONDS_FOR_MAIL)


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return f"{error.smtp_code} {answer.decode('utf-8', 'replace') if isinstance(answer, bytes) else answer}"
    if isinstance(error, TimeoutError):
        return _("no answer")
    return getattr(error, "strerror", None) or type(error).__name__
