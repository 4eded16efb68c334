from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from scripts import postgres
from scripts.console import Stop
from scripts.postgres import (
    Cluster,
    cluster_make,
    cluster_of,
    folders_make,
    stale_pid_forget,
)


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


def test_folders_are_closed_to_others(tmp_path):
    mine = Cluster(Path("/nowhere"), tmp_path / "demo" / "postgres", None)

    folders_make(mine)

    assert [folder.stat().st_mode & 0o777 for folder in mine.own_folders] == [0o700, 0o700]


@pytest.mark.parametrize("level", ["demo", "demo/postgres", "demo/postgres/data"])
def test_a_link_in_place_of_a_folder_is_refused(tmp_path, level):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "postgres").mkdir(parents=True)
    link = tmp_path / level
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere)

    with pytest.raises(Stop, match="is a link"):
        cluster_make(Cluster(Path("/nowhere"), tmp_path / "demo" / "postgres", None))

    assert (elsewhere / "postgres").is_dir()


def test_a_folder_of_another_account_is_refused(tmp_path, monkeypatch):
    mine = Cluster(Path("/nowhere"), tmp_path / "demo" / "postgres", None)
    folders_make(mine)
    own = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)

    with pytest.raises(Stop, match="belongs to somebody else"):
        folders_make(mine)


def test_root_keeps_the_folders_above_its_cluster_out_of_reach(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "STATE", tmp_path)
    monkeypatch.setattr(postgres, "is_root", lambda: True)
    monkeypatch.setattr(postgres, "server_account", lambda: "nobody")
    monkeypatch.setattr(postgres, "machine_programs", lambda: Path("/nowhere"))
    monkeypatch.setattr(postgres, "reachable", lambda folder, account: False)

    outside = cluster_of("demo")

    name = f"hospital-{postgres.short_hash(postgres.ROOT)}"
    assert outside.own_folders == [
        tmp_path / name,
        tmp_path / name / "demo",
        tmp_path / name / "demo" / "postgres",
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a folder to another account")
def test_links_of_the_server_account_lead_nowhere(tmp_path):
    nobody = pwd.getpwnam("nobody")
    precious = tmp_path / "precious"
    precious.write_text("kept")
    shared = Cluster(Path("/nowhere"), tmp_path / "demo" / "postgres", "nobody")
    shared.folder.mkdir(parents=True)
    os.chown(shared.folder, nobody.pw_uid, nobody.pw_gid)
    for name in ("server.log", "made"):
        (shared.folder / name).symlink_to(precious)

    with pytest.raises(FileNotFoundError, match="initdb"):
        cluster_make(shared)

    assert (precious.stat().st_uid, precious.read_text()) == (0, "kept")
    assert not (shared.folder / "made").is_symlink()
    assert shared.folder.stat().st_uid == 0
    assert shared.log.lstat().st_uid == shared.data.stat().st_uid == nobody.pw_uid
