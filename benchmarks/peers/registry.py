"""Who is measured: every peer with its script, its environment and what its documentation asks for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True)
class Peer:
    """One way to find duplicates that is not crmclean.

    Attributes:
        name: on the command line.
        title: in the table.
        module: the script, which writes `row` and a column of labels for each of its thresholds; the first is the one
            that it would be used with.
        environment: the name of its requirements.
        options: arguments of the script.
        taught: it is given the truth to learn from.
        most_rows: larger bases are more than it can take; None: any.
        variables: of its process.
    """

    name: str
    title: str
    module: str
    environment: str
    options: tuple[str, ...] = ()
    taught: bool = False
    most_rows: int | None = None
    variables: tuple[tuple[str, str], ...] = ()

    def command(self, python: Path, base: Path, truth: Path, output: Path) -> list[str]:
        """Return the call that reads the base and writes the labels."""
        command = [str(python), "-m", f"benchmarks.peers.{self.module}", str(base), "-o", str(output), *self.options]
        return [*command, "--truth", str(truth)] if self.taught else command


PEERS: Final = {
    peer.name: peer
    for peer in (
        Peer("splink", "Splink 5.0", "splink_peer", "splink", ("--sweep",)),
        Peer(
            "dedupe",
            "dedupe 3.0, 200 labels",
            "dedupe_peer",
            "dedupe",
            ("--sweep", "--labels", "200", "--cores", "2"),
            taught=True,
            most_rows=10_000,
        ),
        # What it learnt from an earlier base would make the order of the runs count.
        Peer(
            "goldenmatch",
            "GoldenMatch 3.22, zero-config",
            "goldenmatch_peer",
            "goldenmatch",
            variables=(("GOLDENMATCH_AUTOCONFIG_MEMORY", "0"),),
        ),
        Peer("same-phone", "the same phone", "exact_peer", "exact", ("--by", "phone")),
        Peer("same-phone-or-mail", "the same phone or mail", "exact_peer", "exact", ("--by", "phone-or-mail")),
    )
}
"""Every peer by its name, in the order of the table."""
