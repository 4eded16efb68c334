"""The accounts of the simulated gateway (data/accounts.csv)."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ACCOUNTS_FILE = Path(__file__).parent / "data" / "accounts.csv"


@dataclass(frozen=True, slots=True)
class Account:
    """`facilities` are the codes the account may send for."""

    username: str
    password_md5: str = field(repr=False)
    facilities: frozenset[str]
    is_locked: bool

    def has_password(self, md5_text: str) -> bool:
        """Compare MD5 hex texts; lower case works although the documents say upper."""
        return md5_text.strip().lower() == self.password_md5


@cache
def accounts() -> dict[str, Account]:
    """Return the accounts by user name."""
    with ACCOUNTS_FILE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return {row["username"]: _account_of(row) for row in rows}


def _account_of(row: dict[str, str]) -> Account:
    digest = hashlib.md5(row["password"].encode(), usedforsecurity=False).hexdigest()
    return Account(
        username=row["username"],
        password_md5=digest,
        facilities=frozenset(row["facilities"].split()),
        is_locked=row["state"] == "locked",
    )
