"""``/healthz`` says that this worker answers, ``/readyz`` whether it can do its work."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import text

from consent_service.storage.engine import AWAY
from consent_service.web.services import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    return Response("alive\n", 200, mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """200 if all is well, else 503 with a line for each thing that is not."""
    problems = [*_database_problems(), *_keeper_problems()]
    return Response("\n".join(problems or ["ready"]) + "\n", 503 if problems else 200, mimetype="text/plain")


def _database_problems() -> list[str]:
    try:
        with services().engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except AWAY:
        return ["the database is away: hits of known sites are counted, dashboards wait"]
    return []


def _keeper_problems() -> list[str]:
    if services().spool.is_locked("keeper"):
        return []
    return ["the keeper is not running: hits are counted, but not released or closed"]
