"""``/healthz`` says that this worker answers, ``/readyz`` whether it can do its work."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import text

from consent_service.spool import status
from consent_service.spool.status import KeeperStatus
from consent_service.storage.database.engine import AWAY
from consent_service.web.services import services

blueprint = Blueprint("health", __name__)

MOST_SILENCE = 30
"""Seconds. The keeper tells each second, but for a step that takes long."""


@blueprint.get("/healthz")
def healthz() -> Response:
    return Response("alive\n", 200, mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """200 if all is well, else 503 with a line for each thing that is not."""
    problems = [*_database_problems(), *_keeper_problems(), *_spool_problems()]
    return Response("\n".join(problems or ["ready"]) + "\n", 503 if problems else 200, mimetype="text/plain")


def database_answers() -> bool:
    try:
        with services().engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except AWAY:
        return False
    return True


def is_recent(told: KeeperStatus) -> bool:
    """Whether the keeper that told this is there.

    A machine that was started anew counts from zero: what was told before that is as old as can be.
    """
    return 0 <= services().monotonic() - told.told <= MOST_SILENCE


def _database_problems() -> list[str]:
    return [] if database_answers() else ["the database is away: hits of known sites are counted, dashboards wait"]


def _keeper_problems() -> list[str]:
    told = status.read(services().spool)
    if told is None:
        return ["the keeper has not started yet: hits are counted, but not released or closed"]
    if not is_recent(told):
        return ["the keeper is not running, or its spool is full: hits are counted, but not released or closed"]
    return [f"{job} waits: {trouble}" for job, trouble in told.troubles.items()]


def _spool_problems() -> list[str]:
    if services().writer.is_full:
        return ["the spool is full, or was removed: hits are answered 503 until there is room"]
    return []
