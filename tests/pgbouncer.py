"""Debian's PgBouncer before a server of the tests' own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic

from sqlalchemy import make_url, text

from tests.postgresql import PostgreSQL, free_port, onlooker

SERVERS = 4
"""Connections to PostgreSQL that `PgBouncer.spread` opens."""


class PgBouncer:
    """As the user postgres where the tests run as root (which it refuses to be); gives transactions in turn."""

    def __init__(self, server: PostgreSQL, mode: str) -> None:
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="consent-pgbouncer-"))
        users, settings = self._folder / "users", self._folder / "pgbouncer.ini"
        users.write_text('"consent" ""\n')
        settings.write_text(
            f"[databases]\n* = host=127.0.0.1 port={server.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
            f"auth_type = trust\nauth_file = {users}\npool_mode = {mode}\nserver_round_robin = 1\n"
        )
        self._command = ["pgbouncer", str(settings)]
        if os.geteuid() == 0:
            for path in (self._folder, users, settings):
                shutil.chown(path, "postgres")
            self._command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *self._command]
        self._start()

    def _start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        self._wait()

    def restart(self) -> None:
        """End it with all its connections, and begin again."""
        self._stop()
        self._start()

    def _stop(self) -> None:
        self._process.terminate()
        self._process.wait(60)

    def _wait(self) -> None:
        end, pause = monotonic() + 60, threading.Event()
        while True:
            assert self._process.poll() is None, (self._folder / "log").read_text()
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
                return
            assert monotonic() < end, "PgBouncer does not listen"
            pause.wait(0.02)

    def before(self, url: str) -> str:
        """The URL of a database, by way of the pooler."""
        return make_url(url).set(port=self.port).render_as_string(hide_password=False)

    def spread(self, url: str) -> set[int]:
        """Open several connections to a database, which take turns from then on; gives their processes."""
        engine = onlooker(self.before(url))
        with ExitStack() as open_at_once:
            connections = [open_at_once.enter_context(engine.connect()) for _ in range(SERVERS)]
            return {connection.scalar(text("SELECT pg_backend_pid()")) for connection in connections}

    def remove(self) -> None:
        self._stop()
        shutil.rmtree(self._folder)
