#!/usr/bin/env python
"""Django's own commands; `samphan` is the command for everything else."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samphan.config.settings")
execute_from_command_line(sys.argv)
