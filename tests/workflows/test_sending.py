"""Notices go out to a program and to a real mail server, here on this machine."""

import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from crmclean.core.run_settings import NotifySettings
from crmclean.workflows.sending import send_notice

FACTS = {"CRMCLEAN_RESULT": "failed"}
SUBJECT = "crmclean: nightly.toml не удался"
TEXT = "Нет файла exports/*.csv.\n\nзапуск 12\n"


@dataclass
class Inbox:
    """What a mail server took."""

    mails: list[Envelope] = field(default_factory=list)
    refuse: str = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, or refuse it."""
        if self.refuse:
            return self.refuse
        self.mails.append(envelope)
        return "250 OK"

    def message(self) -> EmailMessage:
        """The one mail that came."""
        assert len(self.mails) == 1
        content = self.mails[0].content
        assert isinstance(content, bytes)
        return message_from_bytes(content, policy=default)


def serve(inbox: Inbox, **options: Any) -> Iterator[int]:
    """Run a mail server on loopback; yield its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    yield port
    controller.stop()


@pytest.fixture
def inbox() -> Inbox:
    """An inbox that is empty."""
    return Inbox()


@pytest.fixture
def port(inbox: Inbox) -> Iterator[int]:
    """A mail server that asks nobody who he is."""
    yield from serve(inbox)


def settings(port: int, **others: Any) -> NotifySettings:
    """Return settings for a mail server on loopback."""
    return NotifySettings(email_to=("head@example.ru", "it@example.ru"), smtp=f"localhost:{port}", **others)


def test_the_mail_arrives_with_subject_and_text(inbox: Inbox, port: int) -> None:
    assert send_notice(settings(port, email_from="crm@example.ru"), SUBJECT, TEXT, FACTS, {}) == []
    assert inbox.mails[0].mail_from == "crm@example.ru"
    assert inbox.mails[0].rcpt_tos == ["head@example.ru", "it@example.ru"]
    message = inbox.message()
    assert (message["Subject"], message["From"], message["Auto-Submitted"]) == (
        SUBJECT,
        "crm@example.ru",
        "auto-generated",
    )
    assert message["Message-ID"].endswith("@example.ru>")
    # RFC 5322: lines end in CRLF on the way.
    assert message.get_content().replace("\r\n", "\n") == TEXT


def test_without_a_sender_the_first_who_gets_it_is_the_sender(inbox: Inbox, port: int) -> None:
    assert send_notice(settings(port), SUBJECT, TEXT, FACTS, {}) == []
    assert inbox.mails[0].mail_from == "head@example.ru"


def test_what_the_server_refuses_is_said_with_its_answer(inbox: Inbox, port: int) -> None:
    inbox.refuse = "552 mailbox full"
    (said,) = send_notice(settings(port), SUBJECT, TEXT, FACTS, {})
    assert f"localhost:{port}" in said
    assert "552 mailbox full" in said


def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (said,) = send_notice(settings(port), SUBJECT, TEXT, FACTS, {})
    assert said.startswith(f"The mail server localhost:{port} did not take the notice")


def check_password(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    """Let one user in."""
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (b"robot", b"secret"))


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of this machine that nobody knows, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    paths = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost "
        f"-keyout {paths[1]} -out {paths[0]}".split(),
        check=True,
        capture_output=True,
    )
    return paths


@pytest.fixture
def secured_port(inbox: Inbox, certificate: tuple[Path, Path]) -> Iterator[int]:
    """A mail server that speaks to known users only, after STARTTLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    yield from serve(
        inbox, tls_context=context, require_starttls=True, authenticator=check_password, auth_required=True
    )


@pytest.mark.parametrize(
    ("password", "arrives"), [pytest.param("secret", True, id="right"), pytest.param("wrong", False, id="wrong")]
)
def test_starttls_and_a_password_from_the_environment(
    inbox: Inbox,
    secured_port: int,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    password: str,
    arrives: bool,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    # This server falls silent after a wrong password.
    monkeypatch.setattr("crmclean.workflows.sending.SECONDS_FOR_MAIL", 2.0)
    way = settings(secured_port, security="starttls", user="robot")
    said = send_notice(way, SUBJECT, TEXT, FACTS, {"CRMCLEAN_SMTP_PASSWORD": password})
    assert len(inbox.mails) == arrives
    assert bool(said) != arrives
    assert not any("secret" in text or "wrong" in text for text in said)


def test_a_server_whose_certificate_nobody_knows_gets_no_password(inbox: Inbox, secured_port: int) -> None:
    way = settings(secured_port, security="starttls", user="robot")
    (said,) = send_notice(way, SUBJECT, TEXT, FACTS, {"CRMCLEAN_SMTP_PASSWORD": "secret"})
    assert inbox.mails == []
    assert "did not take the notice" in said


def program(tmp_path: Path, code: str) -> NotifySettings:
    """Return settings that call a small Python program."""
    path = tmp_path / "notify.py"
    path.write_text(code, "utf-8")
    return NotifySettings(command=(sys.executable, str(path), str(tmp_path / "got.txt")))


def test_a_program_gets_the_notice_and_the_facts(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "text = sys.stdin.buffer.read() + os.environ['CRMCLEAN_RESULT'].encode()\n"
        "open(sys.argv[1], 'wb').write(text)\n"
    )
    assert send_notice(program(tmp_path, code), SUBJECT, TEXT, FACTS, os.environ) == []
    assert (tmp_path / "got.txt").read_text("utf-8") == f"{SUBJECT}\n\n{TEXT}failed"


def test_a_program_that_reads_nothing_is_no_error(tmp_path: Path) -> None:
    assert send_notice(program(tmp_path, "pass"), SUBJECT, TEXT * 20_000, FACTS, os.environ) == []


def test_a_program_that_fails_is_named(tmp_path: Path) -> None:
    (said,) = send_notice(program(tmp_path, "raise SystemExit(7)"), SUBJECT, TEXT, FACTS, os.environ)
    assert "exit code 7" in said


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    missing = NotifySettings(command=(str(tmp_path / "nothing"),))
    (said,) = send_notice(missing, SUBJECT, TEXT, FACTS, os.environ)
    assert "cannot be called (No such file or directory)" in said


def test_a_mail_goes_out_though_the_program_fails(inbox: Inbox, port: int, tmp_path: Path) -> None:
    both = settings(port, command=(str(tmp_path / "nothing"),))
    assert len(send_notice(both, SUBJECT, TEXT, FACTS, os.environ)) == 1
    assert len(inbox.mails) == 1
