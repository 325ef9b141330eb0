"""The mail check against a DNS server of its own on the loopback address."""

import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset
import pandas as pd
import pytest

from crmclean.core.errors import UsageError
from crmclean.workflows.mail_exchange import check_mail_domains, domains_of_cells, mark_dead_domains, resolver_at

_RECORDS = {
    ("romashka.ru.", "MX"): "10 mx.romashka.ru.",
    ("vektor.ru.", "A"): "192.0.2.7",
    ("vector-six.ru.", "AAAA"): "2001:db8::7",
    ("nomail.ru.", "MX"): "0 .",
    ("xn--80aaxitdbjk.xn--p1ai.", "MX"): "10 mx.romashka.ru.",
}
_NAMES_WITHOUT_RECORDS = {"empty.ru."}
_FAILING = {"servfail.ru."}
_SILENT = {f"silent{number}.ru." for number in range(40)}


class _NameServer(socketserver.ThreadingUDPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: Counter[tuple[str, str]] = Counter()


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, sock = self.request
        question = dns.message.from_wire(data).question[0]
        name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
        assert isinstance(self.server, _NameServer)
        self.server.asked[name, kind] += 1
        if name in _SILENT:
            return
        response = dns.message.make_response(dns.message.from_wire(data))
        response.flags |= dns.flags.RA
        if name in _FAILING:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif (name, kind) in _RECORDS:
            response.answer.append(dns.rrset.from_text(name, 60, "IN", kind, _RECORDS[name, kind]))
        elif name not in {known for known, _ in _RECORDS} | _NAMES_WITHOUT_RECORDS:
            response.set_rcode(dns.rcode.NXDOMAIN)
        sock.sendto(response.to_wire(), self.client_address)


@pytest.fixture
def server() -> Iterator[_NameServer]:
    with _NameServer() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def resolver(server: _NameServer) -> dns.resolver.Resolver:
    made = dns.resolver.Resolver(configure=False)
    made.nameservers = ["127.0.0.1"]
    made.port = server.server_address[1]
    return made


@pytest.mark.parametrize(
    ("domain", "verdict"),
    [
        pytest.param("romashka.ru", "accepts", id="MX"),
        pytest.param("vektor.ru", "accepts", id="no MX, A: RFC 5321 5.1"),
        pytest.param("vector-six.ru", "accepts", id="no MX, AAAA"),
        pytest.param("папироска.рф", "accepts", id="Cyrillic name"),
        pytest.param("nosuch.ru", "no-such-domain", id="NXDOMAIN"),
        pytest.param("nomail.ru", "null-mx", id="null MX: RFC 7505"),
        pytest.param("empty.ru", "no-mail-host", id="a name without records"),
        pytest.param("servfail.ru", "unknown", id="SERVFAIL"),
        pytest.param("silent1.ru", "unknown", id="no answer"),
        pytest.param("x" * 64 + ".ru", "unknown", id="label too long to ask for"),
        pytest.param("a..ru", "unknown", id="empty label"),
    ],
)
def test_verdict(domain: str, verdict: str, resolver: dns.resolver.Resolver) -> None:
    checked = check_mail_domains([domain], resolver, timeout=0.5)
    assert checked.to_dict("list") == {"domain": [domain], "verdict": [verdict]}


def test_each_domain_is_asked_for_once_and_nothing_else(server: _NameServer, resolver: dns.resolver.Resolver) -> None:
    cells = pd.Series(["Anna@Romashka.ru; boris@nomail.ru", "info@romashka.ru", "нет", ""], dtype="str")
    checked = check_mail_domains([*domains_of_cells(cells), "ROMASHKA.RU", ""], resolver)
    assert checked["domain"].tolist() == ["nomail.ru", "romashka.ru"]
    assert server.asked == {("romashka.ru.", "MX"): 1, ("nomail.ru.", "MX"): 1}


def test_only_certain_verdicts_become_findings(resolver: dns.resolver.Resolver) -> None:
    cells = pd.Series(
        ["a.petrov@romashka.ru", "anna@nosuch.ru", "b@romashka.ru, boris@nomail.ru", "v@servfail.ru", "нет", ""],
        index=[10, 11, 12, 13, 14, 15],
        dtype="str",
    )
    codes = mark_dead_domains(cells, check_mail_domains(domains_of_cells(cells), resolver, timeout=0.5))
    assert codes.index.tolist() == [10, 11, 12, 13, 14, 15]
    assert codes.tolist() == ["", "email-no-mx", "email-no-mx", "", "", ""]


def test_the_whole_check_ends_in_time(resolver: dns.resolver.Resolver) -> None:
    domains = [name.rstrip(".") for name in _SILENT] + ["romashka.ru"]
    start = time.monotonic()
    checked = check_mail_domains(domains, resolver, timeout=30, threads=4, budget=0.5)
    assert time.monotonic() - start < 10
    assert len(checked) == 41
    assert set(checked.loc[checked["domain"].str.startswith("silent"), "verdict"]) == {"unknown"}


def test_no_domains_ask_nothing(server: _NameServer, resolver: dns.resolver.Resolver) -> None:
    assert check_mail_domains([], resolver).empty
    assert not server.asked


def test_a_machine_without_resolver_knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> dns.resolver.Resolver:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "Resolver", refuse)
    assert check_mail_domains(["romashka.ru"])["verdict"].tolist() == ["unknown"]


@pytest.mark.parametrize(
    ("server", "address", "port"),
    [
        pytest.param("192.0.2.53", "192.0.2.53", 53, id="address"),
        pytest.param("127.0.0.1:5353", "127.0.0.1", 5353, id="address and port"),
        pytest.param("2001:db8::53", "2001:db8::53", 53, id="IPv6"),
        pytest.param("[2001:db8::53]:5353", "2001:db8::53", 5353, id="IPv6 and port"),
    ],
)
def test_name_server_of_the_user(server: str, address: str, port: int) -> None:
    made = resolver_at(server)
    assert made is not None
    assert (made.nameservers, made.port) == ([address], port)


@pytest.mark.parametrize("server", ["dns.example.com", "192.0.2.53:0", "192.0.2.53:70000", "192.0.2", ":53", " "])
def test_no_name_server(server: str) -> None:
    with pytest.raises(UsageError):
        resolver_at(server)


def test_name_server_of_the_system_by_default() -> None:
    assert resolver_at("") is None
