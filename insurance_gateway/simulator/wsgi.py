"""Entry point of the simulator's process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insurance_gateway.simulator.settings")
application = get_wsgi_application()

from insurance_gateway.simulator.office import office  # noqa: E402 (needs the settings)

office()
