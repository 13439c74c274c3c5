"""The worker's look at the clock: is a backup due?"""

import datetime as dt
import logging
import os
import subprocess
import sys

from samphan.platform.jobs import job

logger = logging.getLogger(__name__)


@job(cron="*/10 * * * *", retries=0)
def make_due_backup(timestamp: int) -> None:
    """Make the scheduled backup when it is due. Safe to run twice: the second finds it made."""
    from samphan.config.environment import load_environment
    from samphan.runtime.backup.schedule import is_due

    environment = load_environment(os.environ)
    if not is_due(environment, now=dt.datetime.now(dt.UTC)):
        return
    # A process of its own: it reads and packs for minutes, and pages and jobs of this one must not wait for it.
    answer = subprocess.run(
        [sys.executable, "-m", "samphan.runtime.cli", "backup", "--scheduled"],
        capture_output=True,
        text=True,
        errors="replace",
    )
    said = (answer.stderr.strip().splitlines() or ["it said nothing"])[-1]
    if answer.returncode == 0:
        logger.info("The scheduled backup: %s", said)
    else:
        logger.error("The scheduled backup failed: %s", said)
