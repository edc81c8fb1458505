"""A PostgreSQL server of the tests' own: its own folder, its own port, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import uuid
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine, make_url

from consent_service.storage.database import migrate
from consent_service.storage.database.engine import connect


def onlooker(url: str) -> Engine:
    """An engine beside the service's own, on either database; it keeps no connection open."""
    return create_engine(with_driver(url), poolclass=NullPool)


def with_driver(url: str) -> str:
    """A URL as SQLAlchemy needs it; the service takes it without."""
    return url.replace("postgresql:", "postgresql+psycopg:")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class PostgreSQL:
    """Debian's PostgreSQL, as the user postgres where the tests run as root (which it refuses to be)."""

    def __init__(self, primary: PostgreSQL | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="consent-postgresql-"))
        self.port = free_port()
        self._paused: list[int] = []
        self._template: str | None = None
        self._binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        if primary is None:
            self._run("initdb", "--auth=trust", "--username=consent", "--encoding=UTF8", "--no-sync", "-D", self.data)
        else:
            source = f"host=127.0.0.1 port={primary.port} user=consent application_name=replica"
            self._run("pg_basebackup", "-d", source, "-D", self.data, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        self.start()

    @property
    def data(self) -> str:
        return str(self.folder / "data")

    def start(self) -> None:
        # What the kernel was given survives every end that a test can bring about: the machine itself goes on.
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        self._run("pg_ctl", "-D", self.data, "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")

    def kill(self) -> None:
        """End the server as a crash would."""
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")

    def pause(self) -> None:
        """Have every process of the server hang; its connections stay open and say nothing."""
        self._paused = [self._main, *self._children()]
        for process in self._paused:
            os.kill(process, signal.SIGSTOP)

    def resume(self) -> None:
        for process in self._paused:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)
        self._paused = []

    @property
    def _main(self) -> int:
        return int(Path(self.data, "postmaster.pid").read_text().split()[0])

    def _children(self) -> list[int]:
        return [int(one) for one in Path(f"/proc/{self._main}/task/{self._main}/children").read_text().split()]

    def wait_for_replicas(self, names: str) -> None:
        """Commits wait for these standbys from now on; for nobody if there are none."""
        self.psql(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'", "SELECT pg_reload_conf()")

    def remove(self) -> None:
        self.resume()
        if Path(self.data, "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder)

    def new_replica(self) -> PostgreSQL:
        """A standby for whose copy every commit waits, once it has connected."""
        replica = PostgreSQL(self)
        self.wait_for_replicas("replica")
        return replica

    def promote(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-w", "promote")

    def psql(self, *statements: str) -> None:
        for statement in statements:
            where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "consent", "-d", "postgres")
            self._run("psql", *where, "-v", "ON_ERROR_STOP=1", "-c", statement)

    def new_database(self, *options: str) -> str:
        """A fresh database, empty unless told; gives its URL."""
        name = "consent_" + uuid.uuid4().hex[:12]
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "consent", *options, name)
        return f"postgresql://consent@127.0.0.1:{self.port}/{name}"

    def new_migrated(self) -> str:
        """A database with this version's schema; gives its URL."""
        if self._template is None:
            url = self.new_database()
            engine = connect(make_url(with_driver(url)))
            migrate.migrate(engine)
            engine.dispose()
            self._template = url.rpartition("/")[2]
        return self.new_database("--template", self._template)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), *arguments]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.folder)
        assert done.returncode == 0, done.stdout.decode()
