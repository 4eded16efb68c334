"""The demo: a province at work on this machine, left running for the browser."""

import os
import shutil
import subprocess
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from scripts.compile_messages import catalogs_compile
from scripts.console import note, say, step
from scripts.environment import PYTHON, RUN_LOCK, environment_ready
from scripts.machine import ROOT, VAR
from scripts.postgres import database
from scripts.processes import Child, Processes, port_require, port_wait
from scripts.system import Preparation, manage, system_variables

FOLDER = VAR / "demo"
SIMULATOR_PORT = 8099


def demo(arguments: list[str]) -> int:
    """Run the demo; return the exit status of the played day (0: every insured visit accepted)."""
    options = demo_options(arguments)
    started = time.monotonic()
    note("Khởi động bản dùng thử · starting the demo")
    port_require(options.port, option="Choose another with --port. / Chọn cổng khác bằng --port.")
    port_require(
        SIMULATOR_PORT, option="The gateway simulator needs it. / Cổng mô phỏng cần cổng này."
    )
    environment_ready(RUN_LOCK)
    with database("demo") as url, Processes() as processes:
        variables = system_variables("demo", url)
        prepare(variables)
        processes_start(processes, variables, options.port)
        status = day_play(processes, variables, options.day)
        say(f"\nhttp://localhost:{options.port}  ({time.monotonic() - started:.0f} s)")
        if not options.once:
            say("Ctrl-C để dừng · Ctrl-C stops everything.")
            processes.watch()
    return status


def demo_options(arguments: list[str]) -> Namespace:
    parser = ArgumentParser(prog="./run demo")
    parser.add_argument("--once", action="store_true", help="stop after the day; 0: all accepted")
    parser.add_argument("--day", metavar="YYYY-MM-DD", help="the day to play")
    parser.add_argument("--port", type=int, default=8000, help="of the web pages")
    return parser.parse_args(arguments)


def manage_demo(arguments: list[str]) -> int:
    """Run a management command on the demo's database, beside a running demo or alone."""
    environment_ready(RUN_LOCK)
    with database("demo", shared=True) as url:
        variables = system_variables("demo", url)
        command = [PYTHON, str(ROOT / "manage.py"), *arguments]
        return subprocess.run(command, env=variables).returncode


def simulate(arguments: list[str]) -> int:
    """Become the gateway simulator; later options win over ours."""
    environment_ready(RUN_LOCK)
    variables = system_variables("simulator", "postgresql:///none")
    ours = ["--port", str(SIMULATOR_PORT), "--data", str(VAR / "simulator" / "received")]
    os.chdir(ROOT)
    os.execve(PYTHON, [PYTHON, "manage.py", "gateway_simulator", *ours, *arguments], variables)


def prepare(variables: dict[str, str]) -> None:
    """Do the slow steps, unless nothing changed since they were done."""
    preparation = Preparation(FOLDER, variables["DATABASE_URL"])
    if not preparation.is_due():
        return
    manage(["migrate", "--no-input"], variables=variables, label="Lược đồ · migrations")
    manage(["demo_load"], variables=variables, label="Dữ liệu tỉnh Mẫu · demo province")
    catalogs_compile()
    manage(["collectstatic", "--no-input"], variables=variables, label="Tệp tĩnh · static files")
    preparation.done()


def processes_start(processes: Processes, variables: dict[str, str], port: int) -> None:
    """Start the four processes and wait until the two servers answer."""
    logs = FOLDER / "log"

    def start(name: str, *command: str) -> Child:
        log = logs / f"{name}.log"
        log.unlink(missing_ok=True)
        child = Child(name, [PYTHON, *command], log, variables, ROOT)
        processes.start(child)
        return child

    broker = FOLDER / "broker"
    shutil.rmtree(broker, ignore_errors=True)  # the database knows what is due
    with step("Cổng mô phỏng, web, hàng đợi, lịch · simulator, web, worker, scheduler"):
        simulator = start("simulator", "manage.py", "gateway_simulator", *simulator_options(FOLDER))
        web = start("web", "-m", "gunicorn", "config.wsgi", *web_options(port))
        start("worker", *celery("worker", "--concurrency", "2", "--without-mingle"))
        start("beat", *celery("beat", "--pidfile="))
        port_wait(SIMULATOR_PORT, simulator)
        port_wait(port, web)


def simulator_options(folder: Path) -> Sequence[str]:
    """Return the simulator's options; the load of the demo writes the two files it reads."""
    data = folder / "simulator"
    data.mkdir(exist_ok=True)
    options = {
        "--port": SIMULATOR_PORT,
        "--data": data,
        "--people": folder / "simulator-people.json",
        "--certificates": folder / "simulator-certificates.json",
    }
    return [str(word) for option in options.items() for word in option]


def web_options(port: int) -> Sequence[str]:
    words = f"--bind 127.0.0.1:{port} --workers 2 --threads 4 --timeout 60 --log-level warning"
    return words.split()


def celery(program: str, *options: str) -> Sequence[str]:
    return ["-m", "celery", "-A", "config", program, "--loglevel", "INFO", *options]


def day_play(processes: Processes, variables: dict[str, str], day: str | None) -> int:
    """Play the day, watching the processes meanwhile; return the command's exit status."""
    command = [PYTHON, "manage.py", "demo_day", *(["--day", day] if day else [])]
    playing = subprocess.Popen(command, cwd=ROOT, env=variables)
    try:
        while playing.poll() is None:
            processes.watch(until=time.monotonic() + 0.2)
    finally:
        if playing.poll() is None:
            playing.terminate()
        playing.wait()
    return playing.returncode
