"""A gateway in memory for unit tests, with faults on demand.

Each fault is used once, in the order given:

    gateway = FakeGateway()
    gateway.next_call(drop_after_accept())
    gateway.next_call(raising(ContentRejected("123")))
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from insurance_gateway.client.port import (
    CardAnswer,
    CardOutcome,
    CardQuery,
    GatewayFailure,
    OutcomeUnknown,
    ReceiptAnswer,
    SignedDocument,
)


class Fault(Protocol):
    """Wraps one call: `proceed` does the work of the gateway. Returns normally or raises."""

    def __call__(self, proceed: Callable[[], None]) -> None: ...


def raising(failure: GatewayFailure) -> Fault:
    """The gateway does nothing and the call fails with `failure`."""

    def fault(proceed: Callable[[], None]) -> None:
        raise failure

    return fault


def drop_after_accept() -> Fault:
    """The gateway takes the file, the answer is lost."""

    def fault(proceed: Callable[[], None]) -> None:
        proceed()
        raise OutcomeUnknown("lost_after_sending")

    return fault


def doing(action: Callable[[], None]) -> Fault:
    """Run `action` (wait on an event, kill a row …) before the gateway works."""

    def fault(proceed: Callable[[], None]) -> None:
        action()
        proceed()

    return fault


class FakeGateway:
    """GatewayPort in memory. `cards` answers by the number asked; other numbers get code 050."""

    def __init__(self, cards: dict[str, CardAnswer] | None = None) -> None:
        self.cards = dict(cards or {})
        self.card_queries: list[CardQuery] = []
        self.check_ins: list[SignedDocument] = []
        self.claims: list[SignedDocument] = []
        self._faults: deque[Fault] = deque()
        self._lock = threading.Lock()

    def next_call(self, fault: Fault) -> None:
        """Use `fault` on the next call that has none yet."""
        self._faults.append(fault)

    def check_card(self, query: CardQuery) -> CardAnswer:
        self._run(lambda: self.card_queries.append(query))
        missing = CardAnswer(CardOutcome.REFUSED, "050", raw='{"maKetQua":"050"}')
        return self.cards.get(query.number, missing)

    def check_in(self, document: SignedDocument) -> ReceiptAnswer:
        return self._take(self.check_ins, document)

    def send_claim(self, document: SignedDocument) -> ReceiptAnswer:
        return self._take(self.claims, document)

    def _take(self, box: list[SignedDocument], document: SignedDocument) -> ReceiptAnswer:
        self._run(lambda: box.append(document))
        code = f"{document.facility_code}_FAKE_{len(self.check_ins) + len(self.claims):06d}"
        return ReceiptAnswer(
            transaction_code=code,
            received_at_text="20261123081612",
            message="Tiếp nhận hồ sơ thành công",
            http_status=200,
            raw=f'{{"maKetQua":"200","maGiaoDich":"{code}"}}',
        )

    def _run(self, proceed: Callable[[], None]) -> None:
        with self._lock:
            fault = self._faults.popleft() if self._faults else None
        if fault is None:
            proceed()
        else:
            fault(proceed)
