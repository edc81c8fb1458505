"""The wheel installs into an empty environment and serves, snippet and migrations included."""

import subprocess
import sys
import sysconfig
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.service import Service

ROOT = Path(__file__).parents[2]


@pytest.fixture
def installed(tmp_path, is_long):
    """An environment of its own, with the wheel and the pinned packages and nothing from this folder.

    In the short version the packages are those that these tests have, of the same versions, and are not copied.
    """
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            tmp_path / "dist",
            ROOT,
        ],
        check=True,
        cwd=tmp_path,
    )
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-compile"]
    if is_long:
        subprocess.run([*pip, "--require-hashes", "-r", ROOT / "requirements.lock"], check=True, cwd=tmp_path)
    else:
        [packages] = (tmp_path / "venv").glob("lib/python*/site-packages")
        packages.joinpath("pinned.pth").write_text(sysconfig.get_path("purelib"))
    [wheel] = (tmp_path / "dist").glob("consent_service-*.whl")
    subprocess.run([*pip, "--no-deps", "--ignore-installed", wheel], check=True, cwd=tmp_path)
    command = [python, "-c", "import consent_service; print(consent_service.__file__)"]
    imported = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path).stdout
    assert Path(imported.strip()).is_relative_to(tmp_path / "venv")
    return python


def test_the_wheel_serves_from_an_empty_environment(installed, environ, tmp_path):
    service = Service(environ, python=str(installed), folder=tmp_path)
    service.run("migrate")
    key = service.run("site", "add", "Harbour", "--host", "localhost").stdout.strip()
    service.start()
    try:
        with urllib.request.urlopen(f"{service.url}/s/{key}/consent.js") as script:
            assert b"We use cookies to analyze website traffic" in script.read()
        with urllib.request.urlopen(f"{service.url}/login") as page:
            assert b"<form" in page.read()
    finally:
        service.stop()
