from __future__ import annotations

import os
from pathlib import Path

from scripts.postgres import Cluster, stale_pid_forget


def cluster(folder: Path) -> Cluster:
    (folder / "data").mkdir(parents=True)
    return Cluster(Path("/nowhere"), folder, None)


def test_pid_file_of_a_gone_server_is_forgotten(tmp_path):
    gone = cluster(tmp_path)
    (gone.data / "postmaster.pid").write_text("999999999\n")

    stale_pid_forget(gone)

    assert not (gone.data / "postmaster.pid").exists()


def test_pid_file_whose_number_another_process_got_is_forgotten(tmp_path):
    taken = cluster(tmp_path)
    (taken.data / "postmaster.pid").write_text(f"{os.getpid()}\n")

    stale_pid_forget(taken)

    assert not (taken.data / "postmaster.pid").exists()


def test_socket_of_a_deep_folder_gets_a_short_path(tmp_path):
    deep = Cluster(Path("/nowhere"), tmp_path / ("d" * 100), None)
    near = Cluster(Path("/nowhere"), Path("/srv/hospital"), None)

    assert len(str(deep.socket / ".s.PGSQL.5432.lock")) < 108
    assert near.socket == Path("/srv/hospital/socket")
