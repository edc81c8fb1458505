"""A program that asks the API, with a token of an account."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from werkzeug.test import Client

from consent_service.domain.access.scopes import SCOPES
from consent_service.domain.calendar.periods import local_day
from consent_service.storage.database.engine import writing
from consent_service.storage.people import api_tokens
from tests.owner import EMAIL


class Program:
    """Sends no cookie, keeps none."""

    def __init__(self, world: Any, token: str = "") -> None:
        self._client = Client(world.app.flask, use_cookies=False)
        self._base = world.config.public_url
        self.token = token

    def get(self, path: str, headers: Any = None, **parts: Any) -> Any:
        return self.ask("GET", path, headers, **parts)

    def ask(self, method: str, path: str, headers: Any = None, **parts: Any) -> Any:
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        base = parts.pop("base_url", self._base)
        return self._client.open(
            f"/api/v1{path}", method=method, base_url=base, headers={**sent, **(headers or {})}, **parts
        )


def token_of(world: Any, email: str = EMAIL, site: str = "*", scopes: Any = tuple(SCOPES), ends_on: str = "") -> str:
    with writing(world.engine) as connection:
        today = local_day(world.clock(), UTC)
        return api_tokens.make(connection, email, site, "Report", scopes, today, ends_on)
