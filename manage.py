#!/usr/bin/env python
"""Django's own commands (migrate, makemigrations, shell). For Xinglin's: `xinglin --help`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.site.settings")
    execute_from_command_line(sys.argv)
