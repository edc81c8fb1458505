"""nginx answering 204, which shows what the machine leaves room for."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bench.installation import await_answer, free_port

SETTINGS = """
daemon off; master_process on; worker_processes {workers}; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; location / {{ {does} }} }}
}}
"""


def answering(workers: int) -> AbstractContextManager[str]:
    """Gives its address."""
    return _running(workers, "return 204;")


@contextmanager
def _running(workers: int, does: str) -> Iterator[str]:
    folder, port = Path(tempfile.mkdtemp(prefix="bench-nginx-")), free_port()
    settings = folder / "nginx.conf"
    settings.write_text(SETTINGS.format(workers=workers, folder=folder, port=port, does=does))
    process = subprocess.Popen(["nginx", "-c", str(settings), "-e", "stderr"])
    try:
        await_answer(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)
