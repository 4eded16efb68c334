"""Where task messages wait. They carry row ids only; losing them all loses nothing."""

from __future__ import annotations

from pathlib import Path

POLL_SECONDS = 0.05


def broker_settings(url: str, *, folder: Path) -> tuple[str, dict[str, object]]:
    """Return the broker URL and its transport options.

    The filesystem transport gets private folders, made here, and short polling: at its default of
    one second a message waits 0.9 s, at 0.05 s it waits 0.02 s.
    """
    if not url.startswith("filesystem:"):
        return url, {}
    queue, control = folder / "queue", folder / "control"
    for path in (folder, queue, control):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return url, {
        "data_folder_in": str(queue),
        "data_folder_out": str(queue),
        "control_folder": str(control),
        "polling_interval": POLL_SECONDS,
    }
