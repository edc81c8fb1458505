"""How long a database is waited for."""

BUSY_SECONDS = 5
"""For a connection, an answer or a lock. A worker waits less, and a command, which a person sees wait, longer."""

WORKER_SECONDS = 2
COMMAND_SECONDS = 60
