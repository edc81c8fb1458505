"""``/account/tokens``: the tokens with which programs read an account's numbers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from consent_service.domain.access.roles import EVERY_SITE
from consent_service.domain.access.scopes import SCOPES, Scope
from consent_service.domain.calendar import periods
from consent_service.domain.site import Site
from consent_service.storage import sites
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import api_tokens
from consent_service.storage.people.audit_trail import ActionName
from consent_service.web import history
from consent_service.web.forms import Typed
from consent_service.web.people import credentials
from consent_service.web.security import access
from consent_service.web.services import services

blueprint = Blueprint("api_tokens", __name__, url_prefix="/account/tokens")

NOT_YOUR_PASSWORD = "this is not your password"  # noqa: S105 - what is said of one

MOST_TOKENS = 50
LONGEST_DAYS = 3 * 366

NOT_YOURS = "You have no such token; perhaps it was revoked already. The list of your tokens has those that there are."
TOO_MANY = f"an account has at most {MOST_TOKENS} tokens; revoke one that is not used any more"


class TokenForm(Typed):
    """What a new token is to be. An empty last day is none."""

    @property
    def scopes(self) -> list[Scope]:
        return [scope for scope in SCOPES if self.typed.get(scope)]

    def ends_on(self, today: date) -> str:
        """The last day as it is stored; empty if there is none."""
        if not self.typed["ends_on"].strip():
            return ""
        return self.day("ends_on", today, today + timedelta(days=LONGEST_DAYS)).isoformat()

    def check(self, today: date, yours: Collection[str]) -> None:
        """Note what is wrong; ``yours`` are the keys of the sites that the account may see."""
        self.name()
        self.ends_on(today)
        if not self.scopes:
            self.errors["scopes"] = "choose what it may read"
        if self.typed["site"] not in (EVERY_SITE, *yours):
            self.errors["site"] = "this is none of your sites"


_EMPTY: dict[str, str] = {"name": "", "site": EVERY_SITE, "ends_on": "", **dict.fromkeys(map(str, SCOPES), "yes")}


@blueprint.get("")
def page() -> str:
    return _page(TokenForm(_EMPTY))


@blueprint.post("")
def make() -> ResponseReturnValue:
    typed, today = TokenForm({name: request.form.get(name, "") for name in _EMPTY}), _today()
    made = ""
    # A token outlives the session: who found a browser open must not leave with one.
    is_yours = credentials.password(current_user.email, request.form.get("password", "")) is not None
    if not is_yours:
        typed.errors["password"] = NOT_YOUR_PASSWORD
    with writing(services().engine) as connection:
        typed.check(today, [site.key for site in _yours(connection)])
        if len(api_tokens.of_account(connection, current_user.email)) >= MOST_TOKENS:
            typed.errors["name"] = TOO_MANY
        if not typed.errors:
            made = _make(connection, typed, today)
    return _page(TokenForm(_EMPTY), made) if made else (_page(typed), 422)


def _make(connection: Connection, typed: TokenForm, today: date) -> str:
    name, site = typed.name(), typed.typed["site"]
    made = api_tokens.make(connection, current_user.email, site, name, typed.scopes, today, typed.ends_on(today))
    _note(connection, "token made", site, made.split("_")[1])
    return made


@blueprint.post("/<number>/revoke")
def revoke(number: str) -> ResponseReturnValue:
    with writing(services().engine) as connection:
        token = api_tokens.revoke(connection, current_user.email, number)
        if token is None:
            abort(404, NOT_YOURS)
        _note(connection, "token revoked", token.site, token.id)
    return redirect(url_for("api_tokens.page"))


def _note(connection: Connection, action: ActionName, site: str, token: str) -> None:
    """Note it in the trail of the token's site, by the token's id."""
    history.note(connection, action, site, token=token)


def _page(typed: TokenForm, made: str = "") -> str:
    with reading(services().engine) as connection:
        yours = _yours(connection)
        tokens = api_tokens.of_account(connection, current_user.email)
    return render_template(
        "tokens.html",
        form=typed,
        made=made,
        tokens=tokens,
        sites=yours,
        names={EVERY_SITE: "All sites", **{site.key: site.name for site in yours}},
        scopes=SCOPES,
        today=_today(),
        address=f"{services().config.public_url}/api/v1",
    )


def _yours(connection: Connection) -> list[Site]:
    return [site for site in sites.everyone(connection) if access.may("viewer", site.key)]


def _today() -> date:
    return periods.local_day(services().clock(), UTC)
