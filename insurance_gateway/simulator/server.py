"""How gunicorn runs the simulator: `gunicorn -c python:insurance_gateway.simulator.server`.

One worker, because tokens and faults live in its memory and the folder has one writer.
"""

from insurance_gateway.simulator.settings import SIMULATOR_BIND

bind = SIMULATOR_BIND
workers = 1
worker_class = "gthread"
threads = 16
wsgi_app = "insurance_gateway.simulator.wsgi:application"
loglevel = "warning"
graceful_timeout = 5
control_socket_disable = True
# The look-ups carry token and password in the query string.
limit_request_line = 8190
accesslog = None
