"""A whole service in this process: application, keeper, database and spool, on a clock that the test moves."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, make_url
from werkzeug.routing import Rule
from werkzeug.test import Client

from consent_service.app import create_app
from consent_service.config import load
from consent_service.domain.calendar.periods import Period, local_day
from consent_service.domain.counting import hit
from consent_service.domain.notice.notice import Terms
from consent_service.domain.site import Site
from consent_service.keeper.keeper import create_keeper
from consent_service.security.tokens import MissingKey
from consent_service.spool.pending import PendingStore
from consent_service.storage import sites
from consent_service.storage.counts import cells
from consent_service.storage.database import migrate, schema
from consent_service.storage.database.engine import close_connections, connect, reading, truncate_log, writing
from consent_service.storage.database.schema import SchemaError
from consent_service.web.quiet import QuietFlask

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
FIRST = hit.VISIT_FLAGS | hit.FIRST_VIEW | hit.FIRST_TOUCH
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Compiled(BytecodeCache):
    """Templates that were compiled once in this process, and not for each application that a test makes."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


class LateRule(Rule):
    """Is compiled once in this process, and not for each application that a test makes.

    The function that builds a route's addresses is written when the first one is built: Werkzeug does so at once.
    """

    _compiled: ClassVar[dict[tuple[str, str], dict[str, Any]]] = {}

    def compile(self) -> None:
        known = self._compiled.setdefault((self.rule, repr(self.defaults)), {})
        if known:
            self.__dict__.update(known)
            self._build = self._compile_builder(False).__get__(self, None)
            self._build_unknown = self._compile_builder(True).__get__(self, None)
        else:
            super().compile()
            known.update({name: self.__dict__[name] for name in ("_parts", "_trace", "_converters", "arguments")})

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        def build(rule: Rule, **values: Any) -> Any:
            written = Rule._compile_builder(rule, append_unknown).__get__(rule, None)
            setattr(rule, "_build_unknown" if append_unknown else "_build", written)
            return written(**values)

        return build


QuietFlask.url_rule_class = LateRule


class World:
    """One machine's service, ready to be visited."""

    def __init__(self, environ: dict[str, str], clock: Any) -> None:
        self.environ = environ
        self.clock = clock
        self.config = load(environ)
        self.engine = connect(self.config.database_url)
        _bring_up_to_date(self.engine)
        self.app = create_app(self.config, clock)
        self.app.flask.jinja_env.bytecode_cache = COMPILED
        self.keeper = create_keeper(self.config, clock)
        with suppress(MissingKey):
            self.keeper.assign()
        self.client = Client(self.app.flask)

    def dispose(self) -> None:
        for engine in (self.engine, self.app.services.engine, self.keeper.engine):
            close_connections(engine)

    def add_site(self, name: str = "Harbour", hosts: tuple[str, ...] = ("harbour.example",), **terms: Any) -> str:
        """Add a site; gives its key."""
        with writing(self.engine) as connection:
            wanted = Terms(name, **terms)
            return sites.add(connection, name, hosts, wanted, local_day(self.clock(), UTC)).key

    def site(self, key: str) -> Site:
        with reading(self.engine) as connection:
            return sites.get(connection, key)

    def post(self, path: str, message: Any, **headers: str) -> Any:
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        environ = {"REMOTE_ADDR": "127.0.0.1"}
        return self.client.post(path, data=body, content_type="text/plain", headers=named, environ_overrides=environ)

    def notice(self, key: str) -> dict[str, Any]:
        return self.client.get(f"/s/{key}/notice.json").json

    def token(self, key: str) -> str:
        """Accept the site's current notice."""
        message = {"s": key, "n": self.notice(key)["digest"]}
        answer = self.post("/consent", message, User_Agent=FIREFOX)
        if answer.status_code == 503:  # a quarter has begun, and the keeper has not seen to its key yet
            self.keeper.assign()
            answer = self.post("/consent", message, User_Agent=FIREFOX)
        assert answer.status_code == 200, answer.text
        return answer.json["token"]

    def hit(
        self, key: str, token: str, flags: int = FIRST, headers: Mapping[str, str] = NO_HEADERS, **fields: Any
    ) -> Any:
        """Send a hit, a view if ``e`` does not say otherwise; with a browser's agent if the headers name none."""
        message = {"s": key, "t": token, "e": "view", "f": flags, **fields}
        return self.post("/hit", message, **{"User_Agent": FIREFOX, **headers})

    def view(self, key: str, token: str, path: str = "/", flags: int = FIRST, **fields: Any) -> Any:
        return self.hit(key, token, flags, p=path, **fields)

    def visits(self, key: str, number: int, paths: tuple[str, ...] = ("/",), **fields: Any) -> None:
        """So many new visitors come, accept, and look at these pages."""
        for _ in range(number):
            token = self.token(key)
            for place, path in enumerate(paths):
                flags = (
                    FIRST if place == 0 else hit.VISIT_FLAGS | hit.FIRST_TOUCH | (hit.SECOND_VIEW if place == 1 else 0)
                )
                assert self.view(key, token, path, flags, **(fields if place == 0 else {})).status_code == 204

    def merge(self) -> None:
        """Hand over what was counted, and merge it."""
        self.app.writer.seal()
        self.keeper.merge()

    def release(self) -> int:
        """Merge, and release a minute later: the totals, and breakdowns if their hour is over."""
        self.merge()
        self.clock.move(minutes=1)
        return self.keeper.release()

    def close(self) -> int:
        """Merge, and close what has passed by now."""
        self.merge()
        return self.keeper.close()

    def release_all(self) -> int:
        """Merge, and release an hour after the last time, so that breakdowns go too, of sites with enough visits."""
        self.clock.move(hours=1)
        return self.release()

    def stored(self, key: str, period: str) -> Any:
        with reading(self.engine) as connection:
            return cells.stored_of(connection, [(key, period)])[key, period]

    def rows(self, key: str, period: str) -> Any:
        """What is stored of a period with its marks, by dimension and value."""
        of = Period.parse(period)
        with reading(self.engine) as connection:
            return cells.marked(connection, key, [of])[of]

    def pending(self, key: str, period: str) -> Any:
        """What waits in the spool of a period, by dimension and value."""
        return PendingStore(self.app.services.spool).sites[key].periods.get(period, {})

    def covers(self, key: str, period: str) -> dict[str, str]:
        """The covers that the spool knows of a period, by dimension."""
        return PendingStore(self.app.services.spool).sites[key].covers.get(period, {})


def _bring_up_to_date(engine: Engine) -> None:
    """Give a database this version's schema. What SQLite makes of it is made once and copied."""
    if engine.dialect.name == "sqlite" and not Path(engine.url.database).exists():
        shutil.copyfile(_migrated_file(), engine.url.database)
    try:
        schema.check_current(engine)
    except SchemaError:
        migrate.migrate(engine)


@cache
def _migrated_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="consent-test-", dir="/dev/shm"))
    atexit.register(shutil.rmtree, folder)
    file = folder / "consent.sqlite3"
    engine = connect(make_url(f"sqlite:///{file}"))
    migrate.migrate(engine)
    truncate_log(engine)
    engine.dispose()
    return file
