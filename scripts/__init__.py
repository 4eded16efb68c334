"""The work behind `./run`, on the standard library alone: it runs before anything is installed.

An older Python hands over to a newer one of the machine here, before newer syntax is read.
"""

import os
import shutil
import sys

if sys.version_info < (3, 11):  # noqa: UP036  an older Python may well start this
    for newer in ("python3.14", "python3.13", "python3.12", "python3.11"):
        if shutil.which(newer):
            os.execvp(newer, [newer, *sys.argv])
    sys.exit("Python 3.11 or newer is needed / Cần Python 3.11 trở lên.")
