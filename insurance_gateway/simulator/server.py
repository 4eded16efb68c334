"""How gunicorn runs the simulator: `gunicorn -c python:insurance_gateway.simulator.server`.

One worker, because tokens and faults live in its memory and the folder has one writer. The program
is read before the port opens; the worker opens the folder, and the next one after a crash again.
"""

from __future__ import annotations

from insurance_gateway.simulator.office import office
from insurance_gateway.simulator.settings import SIMULATOR_BIND

bind = SIMULATOR_BIND
workers = 1
worker_class = "gthread"
threads = 16
wsgi_app = "insurance_gateway.simulator.wsgi:application"
preload_app = True
loglevel = "warning"
graceful_timeout = 1
control_socket_disable = True
# The look-ups carry token and password in the query string.
limit_request_line = 8190
accesslog = None


def post_worker_init(worker: object) -> None:
    """Open the folder; a folder in use ends the start with its name."""
    office()
