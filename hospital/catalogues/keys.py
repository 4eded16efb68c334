"""Keys that name a thing through all its dated rows."""

from __future__ import annotations

import hashlib

KEY_LENGTH = 512
DIGEST_LENGTH = 64


def joined_key(*parts: str) -> str:
    """Return the parts joined by "|"; a key that grows too long ends in the digest of the whole."""
    key = "|".join(parts)
    if len(key) <= KEY_LENGTH:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: KEY_LENGTH - DIGEST_LENGTH - 1]}#{digest}"


def numeric_key(*parts: str) -> int:
    """Return the number that stands for the parts in constraints: 62 bits of their digest.

    Two of 100,000 codes meet by chance once in a billion loads; the overlap constraint would then
    refuse the load, never mix the codes.
    """
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 2
