"""Hits per second: an empty 204, the service, and Flask's own ``/hit``, in turns on the same machine.

``make bench`` runs it. Absolute numbers belong to the machine; the two ratios are what DESIGN sets targets for.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bench import mix
from consent_service.config import Config, load
from consent_service.domain.notice import Terms
from consent_service.storage import migrate, sites
from consent_service.storage.engine import connect, writing

HERE = Path(__file__).parent
ROUNDS, SECONDS, CONNECTIONS = 3, 8, 32
TARGETS = {
    "an empty 204": "bench.targets:empty",
    "the service": "consent_service.wsgi:create",
    "Flask's own /hit": "bench.targets:flask",
}


def main() -> None:
    with _folder() as folder:
        config = _settings(folder)
        site = _add_site(config)
        requests = folder / "requests"
        rates: dict[str, list[float]] = {name: [] for name in TARGETS}
        for number in range(ROUNDS):
            for name, target in TARGETS.items():
                rates[name].append(_measure(config, target, site, requests))
                print(f"round {number + 1}: {name:18} {rates[name][-1]:10,.0f} hits/s", flush=True)
        _report(config, {name: statistics.median(found) for name, found in rates.items()})


def _report(config: Config, rate: dict[str, float]) -> None:
    empty, service, flask = (rate[name] for name in TARGETS)
    print(f"\n{config.workers} workers, {CONNECTIONS} connections, median of {ROUNDS} rounds of {SECONDS} s")
    print(f"the service / an empty 204       {service / empty:5.2f}   (target: at least 0.7)")
    print(f"the service / Flask's own /hit   {service / flask:5.2f}   (target: at least 4)")
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    content = {"workers": config.workers, "connections": CONNECTIONS, "hits_per_second": rate}
    (results / "hits.json").write_text(json.dumps(content, indent=2) + "\n")


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="consent-bench-", dir="/dev/shm"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _settings(folder: Path) -> Config:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    os.environ |= {
        "CONSENT_DATA_DIR": str(folder / "data"),
        "CONSENT_SPOOL_DIR": str(folder / "spool"),
        "CONSENT_BIND": f"127.0.0.1:{port}",
    }
    return load(os.environ)


def _add_site(config: Config) -> str:
    engine = connect(config.database_url)
    migrate.migrate(engine)
    with writing(engine) as connection:
        return sites.add(connection, "Bench", ["bench.example"], Terms("Bench"), datetime.now(UTC).date()).key


def _measure(config: Config, target: str, site: str, requests: Path) -> float:
    server = subprocess.Popen([sys.executable, "-m", "bench.targets", target])
    try:
        _await(config)
        if not target.endswith("empty"):
            mix.write(requests, site, _token(config, site))
        _wrk(config, requests, 2)  # every worker meets site and token
        return _wrk(config, requests, SECONDS)
    finally:
        server.terminate()
        server.wait()


def _token(config: Config, site: str) -> str:
    base = f"http://{config.host}:{config.port}"
    with urllib.request.urlopen(f"{base}/s/{site}/notice.json") as answer:
        digest = json.load(answer)["digest"]
    body = json.dumps({"s": site, "n": digest}).encode()
    with urllib.request.urlopen(f"{base}/consent", body) as answer:
        return str(json.load(answer)["token"])


def _wrk(config: Config, requests: Path, seconds: int) -> float:
    """Requests per second; raises RuntimeError if one was not answered 204."""
    if not requests.exists():
        mix.write(requests, "none", "none")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(HERE / "mix.lua")]
    done = subprocess.run(
        [*command, f"http://{config.host}:{config.port}", "--", str(requests)],
        check=True,
        capture_output=True,
        text=True,
    )
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(done.stdout)
    return float(re.findall(r"Requests/sec:\s*([\d.]+)", done.stdout)[0])


def _await(config: Config) -> None:
    """Until the server answers; twenty seconds at most."""
    for _ in range(200):
        with suppress(OSError), urllib.request.urlopen(f"http://{config.host}:{config.port}/healthz"):
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    main()
