"""The reasons for which a contact is tagged, in the order in which they stand, and what each rule needs."""

from types import MappingProxyType
from typing import Final

from crmclean.core.i18n import N_
from crmclean.hygiene.rules import Rule

_WRITTEN: Final = ("comment", "tags", "loss_reason")
"""Columns in which managers write what became of a client."""

RULES: Final = (
    Rule("no-contact", N_("No way to reach it: no possible phone, no possible e-mail"), (("phone", "email"),)),
    Rule("only-fillers", N_("Only placeholders instead of contacts"), (("phone", "email"),)),
    Rule("test-record", N_("Test record"), (("full_name", "first_name", "last_name", "company", "email", "comment"),)),
    Rule(
        "not-in-service",
        N_("No number is in service, and there is no other way"),
        (("phone",), ("calls", *_WRITTEN, "status", "stage")),
    ),
    Rule("bounced", N_("Only e-mails, and all of them bounce"), (("email",), ("bounces", "comment"))),
    Rule(
        "attempts-failed",
        N_("The last attempts to reach it all failed"),
        (("calls", "call_attempts", "status", "stage", "loss_reason"),),
    ),
    Rule("silent", N_("Silent for too long"), (("last_activity", "modified_at"),)),
    Rule("stage-too-long", N_("In one open stage for too long"), (("stage", "status"), ("stage_changed_at",))),
    Rule(
        "opted-out",
        N_("Refused or opted out: stays, may not be contacted"),
        (("opt_out", "status", "stage", *_WRITTEN),),
    ),
    Rule("company-closed", N_("The company is closed"), (("company_status", *_WRITTEN),)),
    Rule("wrong-number", N_("The number is somebody else's"), (("phone",), ("calls", *_WRITTEN, "status", "stage"))),
    Rule("asked-to-delete", N_("Asked to be deleted"), (_WRITTEN,)),
    Rule("person-died", N_("The person died"), (_WRITTEN,)),
    Rule("person-left", N_("The person no longer works there: stays, ask who does"), (_WRITTEN,)),
)  # fmt: skip
"""Every rule; a reason that is found by several columns needs one of them."""

REASONS: Final = tuple(rule.code for rule in RULES)

NOTES: Final = frozenset({"opted-out", "person-left"})
"""Reasons that alone leave a contact in the active base."""

UNREACHABLE: Final = frozenset(
    {"no-contact", "only-fillers", "not-in-service", "bounced", "wrong-number", "attempts-failed"}
)
"""Reasons that end when somebody finds another number or address."""

FINAL: Final = frozenset({"test-record", "opted-out", "company-closed", "asked-to-delete", "person-died"})
"""Reasons for which nobody looks for another number."""

LEFT_IN_PEACE: Final = frozenset({"opted-out", "asked-to-delete", "person-died"})
"""Reasons for which a contact may not be contacted."""

REASON_OF_REMARK: Final = MappingProxyType({"do-not-call": "opted-out", "bad-mail": "bounced"})
"""Remarks whose reason has another name here."""
