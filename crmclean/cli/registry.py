"""All commands, in the order of the help page."""

from typing import Final

from crmclean.cli.archive import ARCHIVE
from crmclean.cli.audit import AUDIT
from crmclean.cli.cadence import CADENCE
from crmclean.cli.command import Command
from crmclean.cli.dead import DEAD
from crmclean.cli.deals import DEALS
from crmclean.cli.dedup import DEDUP
from crmclean.cli.evaluate import EVALUATE
from crmclean.cli.explain import EXPLAIN
from crmclean.cli.funnel import FUNNEL
from crmclean.cli.history import HISTORY
from crmclean.cli.import_base import IMPORT
from crmclean.cli.init import INIT
from crmclean.cli.inspect import INSPECT
from crmclean.cli.link import LINK
from crmclean.cli.normalize import NORMALIZE
from crmclean.cli.review import REVIEW
from crmclean.cli.run import RUN
from crmclean.cli.segment import SEGMENT
from crmclean.cli.undo import UNDO

COMMANDS: Final[tuple[Command, ...]] = (
    INSPECT, IMPORT, NORMALIZE, DEDUP, LINK, REVIEW, EXPLAIN, UNDO,
    DEALS, DEAD, CADENCE, FUNNEL, AUDIT, SEGMENT, ARCHIVE, RUN, HISTORY, INIT, EVALUATE,
)  # fmt: skip
