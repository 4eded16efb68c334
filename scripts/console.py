"""What a person sees in the terminal: steps with their seconds, and what to do when one fails.

Results go to standard output; steps and faults to standard error, so that a result can be piped.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LAST_LINES = 25


class Stop(Exception):
    """The command cannot go on; the message says what happened and what to do next."""


@contextmanager
def step(label: str) -> Iterator[None]:
    """Print the label with a mark and the seconds it took."""
    started = time.monotonic()
    try:
        yield
    except BaseException:
        note(f"  ✗ {label}")
        raise
    note(f"  ✓ {label} ({time.monotonic() - started:.1f} s)")


def say(text: str) -> None:
    """Print a line of the result, at once."""
    print(text, flush=True)


def note(text: str) -> None:
    """Print a line about the way there."""
    print(text, file=sys.stderr, flush=True)


def last_lines(log: Path) -> str:
    """Return the end of a log, indented; it is what a failed step shows."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]
    return "\n".join(f"      {line}" for line in lines)
