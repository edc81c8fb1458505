"""The demo."""

from __future__ import annotations

import time

import click

from consent_service.demo.command import run
from consent_service.serving import process


@click.command()
def demo() -> None:
    """Two demo sites with three past months, in a throw-away data folder, on CONSENT_BIND."""
    process.harden()
    run(time.time())
