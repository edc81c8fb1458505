"""Settings from the environment. What cannot be understood stops the start with one line that names it."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from consent_service.domain.errors import UserError
from consent_service.domain.masking.hosts import is_host, with_port
from consent_service.hostnames import HostNameError, to_ascii

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
T = TypeVar("T")

SHORTEST_KEY = 32

KEYS_FILE = "secret_keys"
"""In the data folder."""


class ConfigError(UserError):
    """A setting is wrong; the message is one line that names it and says what to write."""


@dataclass(frozen=True)
class Config:
    """All settings. The table in docs/configuration.md says what each is for."""

    data_dir: Path
    database_url: URL
    spool_dir: Path
    secret_keys: tuple[str, ...]
    keys_file: Path | None
    """Where the secret keys were read; None if the setting has them."""
    host: str
    port: int
    workers: int
    public_url: str
    trusted_proxies: tuple[Network, ...]
    hits_per_minute: int
    release_seconds: int
    breakdown_seconds: int


SETTINGS = {
    "CONSENT_DATA_DIR": "./data",
    "CONSENT_DATABASE_URL": "",
    "CONSENT_SPOOL_DIR": "",
    "CONSENT_SECRET_KEYS": "",
    "CONSENT_BIND": "127.0.0.1:8000",
    "CONSENT_WORKERS": "",
    "CONSENT_PUBLIC_URL": "",
    "CONSENT_TRUSTED_PROXIES": "127.0.0.0/8, ::1",
    "CONSENT_HITS_PER_MINUTE": "120",
    "CONSENT_RELEASE_SECONDS": "60",
    "CONSENT_BREAKDOWN_SECONDS": "3600",
}
"""Every setting and its default; an empty default depends on other settings or on the machine."""


SECRETS = ("CONSENT_DATABASE_URL", "CONSENT_SECRET_KEYS")
"""Of these no parser shows anything."""


def load(environ: Mapping[str, str]) -> Config:
    """Read the settings; make the data folder and, for SQLite, the first secret key. Raises ConfigError."""
    for name in environ:
        if name.startswith("CONSENT_") and name not in SETTINGS:
            raise ConfigError(f"{name} is not a setting; the settings are {', '.join(SETTINGS)}")
    values = {name: environ.get(name, "").strip() or default for name, default in SETTINGS.items()}
    data_dir = _read(values, "CONSENT_DATA_DIR", _data_dir)
    database_url = _read(values, "CONSENT_DATABASE_URL", lambda text: _database_url(text, data_dir))
    host, port = _read(values, "CONSENT_BIND", _bind)
    return Config(
        data_dir=data_dir,
        database_url=database_url,
        spool_dir=_read(values, "CONSENT_SPOOL_DIR", lambda text: _spool_dir(text, environ, data_dir)),
        secret_keys=_read(values, "CONSENT_SECRET_KEYS", lambda text: _secret_keys(text, database_url, data_dir)),
        keys_file=None if values["CONSENT_SECRET_KEYS"] else data_dir / KEYS_FILE,
        host=host,
        port=port,
        workers=_read(values, "CONSENT_WORKERS", _workers),
        public_url=_read(values, "CONSENT_PUBLIC_URL", lambda text: _public_url(text or _own_url(host, port))),
        trusted_proxies=_read(values, "CONSENT_TRUSTED_PROXIES", _networks),
        hits_per_minute=_read(values, "CONSENT_HITS_PER_MINUTE", lambda text: _whole(text, 0, 60_000)),
        release_seconds=_read(values, "CONSENT_RELEASE_SECONDS", lambda text: _whole(text, 1, 3_600)),
        breakdown_seconds=_read(values, "CONSENT_BREAKDOWN_SECONDS", lambda text: _whole(text, 1, 86_400)),
    )


def read_database_url(text: str, data_dir: Path) -> URL:
    """Another database than the settings', named as `CONSENT_DATABASE_URL` names one. Raises UserError."""
    try:
        return _database_url(text, data_dir)
    except (ValueError, ArgumentError) as error:
        raise UserError(str(error)) from None


def add_keys(file: Path, keys: Sequence[str]) -> None:
    """Put keys before those that the file in the data folder holds, in one step. Raises OSError."""
    kept = file.read_text().replace(",", " ").split() if file.exists() else []
    every = [*keys, *(key for key in kept if key not in keys)]
    new = file.with_name(file.name + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write("\n".join(every) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)


def _read(values: Mapping[str, str], name: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(values[name])
    except (ValueError, ArgumentError, HostNameError) as error:
        if "@" in values[name] and name not in SECRETS:
            raise ConfigError(f"{name}: no @ belongs here; it is not shown, as it may hold a password") from None
        raise ConfigError(f"{name}: {error}") from None


def _data_dir(text: str) -> Path:
    path = _folder(text)
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"the folder {path} cannot be made: {error.strerror}") from None
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise ValueError(f"the folder {path} is not writable for this user; run: chown {os.geteuid()} {path}")
    return path


def _folder(text: str) -> Path:
    if "://" in text:  # a folder of that name would show what stands in the URL
        raise ValueError("a folder is needed, not a URL")
    return Path(text).absolute()


def _database_url(text: str, data_dir: Path) -> URL:
    if not text:
        return URL.create("sqlite", database=str(data_dir / "consent.sqlite3"))
    url = _url(text)
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return _with_primary(url.set(drivername="postgresql+psycopg"))
    if url.drivername != "sqlite":
        raise ValueError(f"sqlite:///FILE or postgresql://USER@HOST/NAME, not {url.drivername}")
    if not url.database:
        raise ValueError("a file is needed, such as sqlite:////var/lib/consent/consent.sqlite3")
    return url


def _url(text: str) -> URL:
    try:
        return _parsed(text)
    except (ArgumentError, ValueError):  # their own words may hold the password
        raise ValueError(
            "sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME is needed; "
            "in the password an @ is written %40, a % %25, a : %3A, a / %2F, a ? %3F and a # %23"
        ) from None


def _parsed(text: str) -> URL:
    """A URL, also one that names several hosts as libpq does: ``postgresql://USER@HOST:PORT,HOST:PORT/NAME``."""
    if not text.startswith("sqlite:") and text.count("@") > 1:
        raise ValueError  # what follows the first would be taken for a host, and shown
    several = re.fullmatch(r"([^/]+://(?:[^/]*@)?)([^/@]*,[^/@]*)(/.*)?", text)
    if several:
        before, places, after = several.groups("")
        hosts, ports = zip(*map(_host_and_port, places.split(",")), strict=True)
        return make_url(before + after).update_query_dict({"host": ",".join(hosts), "port": ",".join(ports)})
    url = make_url(text)
    if url.port is not None and not 0 < url.port < 65_536:
        raise ValueError  # perhaps the password of a URL that lacks its host
    return url


def _host_and_port(text: str) -> tuple[str, str]:
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::(\d+))?", text)
    if not match:
        raise ValueError
    host, port = match.groups("")
    return host.strip("[]"), port


def _with_primary(url: URL) -> URL:
    """Of a primary and its replicas the one that can be written to is wanted, whichever it is by now."""
    _, options = url.get_dialect()().create_connect_args(url)
    if "," in options.get("host", "") and "target_session_attrs" not in options:
        return url.update_query_dict({"target_session_attrs": "read-write"})
    return url


def _spool_dir(text: str, environ: Mapping[str, str], data_dir: Path) -> Path:
    if text:
        return _folder(text)
    runtime = environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    if runtime:
        return Path(runtime) / "spool"
    shared_memory = Path("/dev/shm")  # noqa: S108 - made private to the user by Spool
    if not shared_memory.is_dir():
        raise ValueError("this system has no /dev/shm; name a folder that is kept in memory")
    # The data folder tells several services apart. The user is not in the name: a command that is run as another
    # user than the service must not open a spool of its own beside the service's, but be refused.
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return shared_memory / f"consent-service-{name}"


def _secret_keys(text: str, database_url: URL, data_dir: Path) -> tuple[str, ...]:
    if not text and database_url.drivername != "sqlite":
        raise ValueError("needed with PostgreSQL, the same on every machine; make one with: openssl rand -hex 32")
    keys = tuple((text or _kept_keys(data_dir / KEYS_FILE)).replace(",", " ").split())
    if not keys or any(len(key) < SHORTEST_KEY for key in keys):
        raise ValueError(
            f"keys of at least {SHORTEST_KEY} characters, newest first; make one with: openssl rand -hex 32"
        )
    return keys


def _kept_keys(file: Path) -> str:
    """The keys in the data folder, made at the first start, readable by the service's user alone."""
    try:
        return file.read_text()
    except FileNotFoundError:
        return _made_keys(file)
    except OSError as error:
        raise ValueError(f"the file {file} cannot be read: {error.strerror}") from None


def _made_keys(file: Path) -> str:
    """Make the file whole, or not at all; of two processes that begin at once the first one's stays."""
    try:
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".secret_keys-")
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_hex(32) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):
            file.hardlink_to(name)
        Path(name).unlink()
        return file.read_text()
    except OSError as error:
        raise ValueError(f"the file {file} cannot be made: {error.strerror}") from None


def _bind(text: str) -> tuple[str, int]:
    host, separator, port = text.rpartition(":")
    host = "127.0.0.1" if host == "localhost" else host.strip("[]")
    if not separator or not _is_address(host):
        raise ValueError(f"an address and a port such as 127.0.0.1:8000, not {text!r}")
    return host, _whole(port, 1, 65_535)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _own_url(host: str, port: int) -> str:
    """The address under which a browser on this machine reaches the service."""
    address = ipaddress.ip_address(host)
    if address.is_unspecified:  # a place to listen on, but none to go to
        host = "127.0.0.1" if address.version == 4 else "::1"
    return f"http://{with_port(host, port)}"


def _workers(text: str) -> int:
    return _whole(text, 1, 128) if text else len(os.sched_getaffinity(0))


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    host = parts.hostname or ""
    # As browsers send it in the Host header.
    host = f"[{host}]" if ":" in host else to_ascii(host)
    try:
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        raise ValueError("a port from 1 to 65535, or none") from None
    is_alone = not (parts.path.strip("/") or parts.query or parts.fragment)
    if parts.scheme not in ("http", "https") or not is_host(host) or not is_alone or "@" in text:
        raise ValueError(f"scheme and host such as https://stats.example.org, not {text!r}")
    return f"{parts.scheme}://{host}{port}"


def _networks(text: str) -> tuple[Network, ...]:
    if text == "none":
        return ()
    return tuple(ipaddress.ip_network(part) for part in text.replace(",", " ").split())


def _whole(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise ValueError(f"a whole number from {least} to {most}, not {text!r}")
    return int(text)
