#!/usr/bin/env python3
"""Django's command line, inside the environment that `./run manage` prepares.

Commands that only compute need no such environment: they run from a bare checkout.
"""

import os
import sys

from django.core.management import execute_from_command_line

COMPUTING = frozenset({"benefit_quote"})

if __name__ == "__main__":
    settings = "settings_computing" if COMPUTING & set(sys.argv[1:2]) else "settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"config.{settings}")
    execute_from_command_line(sys.argv)
