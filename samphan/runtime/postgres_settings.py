"""The settings of the embedded PostgreSQL: for a machine of two cores that also runs everything else of Samphan."""

import os
import shutil
from pathlib import Path

SMALL_SHARED_MEMORY = 256 * 2**20  # bytes; containers give /dev/shm 64 MiB


def server_settings(socket: Path, log: Path, additions: str = "", *, has_lz4: bool = False) -> str:
    """The text of `postgresql.conf`, written at every start.

    :param socket: folder of the socket.
    :param log: folder of the logs.
    :param additions: the owner's own lines (`postgresql.conf` in the home), which win over ours.
    :param has_lz4: whether the programs can compress with LZ4.
    """
    memory = _memory_bytes()
    return f"""# Written by Samphan at every start. Own settings go into postgresql.conf in the home folder.

# Reached through the socket only; its folder opens for the server's account (and root) alone.
listen_addresses = ''
unix_socket_directories = {_quoted(str(socket))}
unix_socket_permissions = 0700
# Ten page threads, a worker's jobs and its listeners, one listener of live updates, and room for the command line.
max_connections = 60
superuser_reserved_connections = 3
# An upgrade or a restore is one transaction over every table and index.
max_locks_per_transaction = 256

# About 1 GiB at rest for the whole of Samphan: a quarter of it holds hot pages, the system's cache holds the rest.
shared_buffers = 256MB
effective_cache_size = {max(512, memory // 2 // 2**20)}MB
work_mem = 16MB
maintenance_work_mem = 128MB
# Where /dev/shm is small, a parallel query would fail in the middle for want of it.
dynamic_shared_memory_type = {_shared_memory_type()}

# What a customer was told is saved is on the disk.
fsync = on
synchronous_commit = on
full_page_writes = on
# The older way to compress takes a sixth of an import's time.
wal_compression = {"lz4" if has_lz4 else "off"}
# And twice the time of reading a record with hundreds of custom fields; what is stored stays as it is.
default_toast_compression = {"lz4" if has_lz4 else "pglz"}
# An import writes much at once; rarer checkpoints write each page once, at the price of a longer recovery.
max_wal_size = 2GB
min_wal_size = 128MB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9

# Two cores, shared with the pages: one helper for a query over everyone. Compiling costs more than these queries take.
max_worker_processes = 6
max_parallel_workers = 2
max_parallel_workers_per_gather = 1
max_parallel_maintenance_workers = 1
jit = off
# Solid state disks, and most rows in memory: an index read costs little more than the next page.
random_page_cost = 1.1

# Imports change a table's size by factors; statistics must follow within seconds or lists take the wrong index.
autovacuum_max_workers = 2
autovacuum_naptime = 15s
autovacuum_analyze_scale_factor = 0.02
autovacuum_vacuum_scale_factor = 0.05
autovacuum_vacuum_insert_scale_factor = 0.1

# A transaction left open holds back the outbox, which reads only below the oldest one.
idle_in_transaction_session_timeout = 5min
# A killed worker's statement ends soon, and its locks with it, so that the next worker can take over.
client_connection_check_interval = 2s

# A week of logs, one file for each day. Statements and details would put customers' data into them: the client gets the
# details of an error, the log only its message.
logging_collector = on
log_directory = {_quoted(str(log))}
log_filename = 'postgres-%a.log'
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_file_mode = 0600
log_line_prefix = '%m [%p] %q%u '
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_lock_waits = on

timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'

{additions}
"""


def _shared_memory_type() -> str:
    try:
        free = shutil.disk_usage("/dev/shm").total  # noqa: S108 - only measured
    except OSError:
        return "mmap"
    return "posix" if free >= SMALL_SHARED_MEMORY and os.access("/dev/shm", os.W_OK) else "mmap"  # noqa: S108


def _memory_bytes() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 2 * 2**30


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
