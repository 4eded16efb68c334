"""The insurer's gateway as the rest of the system sees it: questions, answers and failures.

Nothing here knows HTTP. `client/egw.py` is the real gateway, `client/fake.py` one in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from insurance_gateway.errors import GatewayError

LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """One account of one facility. Plain http is taken only for loopback (ValueError otherwise)."""

    username: str
    password: str = field(repr=False)
    facility_code: str
    base_url: str

    def __post_init__(self) -> None:
        scheme = urlsplit(self.base_url).scheme
        if scheme != "https" and not (scheme == "http" and self.is_local):
            raise ValueError("the gateway is reached over https; http only on loopback")

    @property
    def is_local(self) -> bool:
        """True for an address of this machine: the simulator."""
        return urlsplit(self.base_url).hostname in LOOPBACK_HOSTS


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """The exact stored bytes of one check-in or claim file: UTF-8 XML, no byte order mark."""

    content: bytes = field(repr=False)
    facility_code: str

    def __post_init__(self) -> None:
        if not self.content or self.content.startswith(b"\xef\xbb\xbf"):
            raise ValueError("a document is neither empty nor does it start with a byte order mark")


@dataclass(frozen=True, slots=True)
class CardQuery:
    """Whom to look up, and the employee who asks (law wants the real one).

    `number` is a card of 15, a social insurance number of 10 or a citizen number of 12 characters;
    `birth` is dd/MM/yyyy, or MM/yyyy or yyyy when that is all that is known.
    """

    number: str = field(repr=False)
    full_name: str = field(repr=False)
    birth: str = field(repr=False)
    staff_name: str = field(repr=False)
    staff_personal_id: str = field(repr=False)


class CardOutcome(StrEnum):
    VALID = "valid"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class CheckElsewhere:
    """An earlier look-up of the same card; `checked_at_text` has 12 or 14 digits."""

    account: str
    checked_at_text: str
    code: str
    message: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """What the gateway knows of a card; texts as received, "" and None where it said nothing.

    REFUSED is a judgement on the card, UNANSWERED is none: the patient is received and the card is
    asked for again. VALID with `new_number` means that a newer card exists (codes 003, 004).
    """

    outcome: CardOutcome
    code: str
    message: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    full_name: str = field(default="", repr=False)
    birth: str = field(default="", repr=False)
    sex: str = ""
    address: str = field(default="", repr=False)
    registered_facility: str = ""
    insurer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    area_code: str = ""
    five_years_on: date | None = None
    insurance_number: str = field(default="", repr=False)
    old_number: str = field(default="", repr=False)
    new_number: str = field(default="", repr=False)
    new_valid_from: date | None = None
    new_valid_to: date | None = None
    new_registered_facility: str = ""
    new_registered_facility_name: str = ""
    checks_elsewhere: tuple[CheckElsewhere, ...] = ()
    raw: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ReceiptAnswer:
    """The gateway has received a file; that is no judgement on its content."""

    transaction_code: str
    received_at_text: str
    message: str = field(repr=False)
    http_status: int
    raw: str = field(repr=False)


class GatewayFailure(GatewayError):
    """A call without the wished answer. `message` and `raw` belong to the attempt, never a log."""

    def __init__(
        self, code: str, *, http_status: int | None = None, message: str = "", raw: str = ""
    ) -> None:
        super().__init__(code, http_status=http_status)
        self.http_status = http_status
        self.message = message
        self.raw = raw


class TemporaryFailure(GatewayFailure):
    """Not delivered, or the gateway could not work just now: the same bytes may go again later."""


class OutcomeUnknown(GatewayFailure):
    """The file may or may not have arrived: never failed, never sent, until someone has looked."""


class ContentRejected(GatewayFailure):
    """The gateway read the file and refuses it: a work item, and a new version once mended."""

    @property
    def says_already_received(self) -> bool:
        """True when the refusal says that the dossier exists: an earlier try probably arrived."""
        return "đã tồn tại" in self.message.casefold()


class FailureGround(StrEnum):
    """What a person has to mend: account, facility code, certificate or installation."""

    ACCOUNT = "account"
    FACILITY = "facility"
    SIGNATURE = "signature"
    SETUP = "setup"


class PermanentFailure(GatewayFailure):
    """Trying again is useless until a person has mended the `ground`."""

    def __init__(
        self,
        code: str,
        *,
        ground: FailureGround,
        http_status: int | None = None,
        message: str = "",
        raw: str = "",
    ) -> None:
        super().__init__(code, http_status=http_status, message=message, raw=raw)
        self.ground = ground


class GatewayPort(Protocol):
    """One account at the gateway. Every call may raise TemporaryFailure or PermanentFailure."""

    def check_card(self, query: CardQuery) -> CardAnswer:
        """Return what the gateway says of a card."""

    def check_in(self, document: SignedDocument) -> ReceiptAnswer:
        """Announce a visit. Raises also ContentRejected, OutcomeUnknown."""

    def send_claim(self, document: SignedDocument) -> ReceiptAnswer:
        """Hand over a claim file. Raises also ContentRejected, OutcomeUnknown."""
