"""Who may ask for what on the owner's side: one table of all its routes.

A route that is not in it stops the start. A site at which somebody has no role is answered like one that there is
not, so that nobody can find out which sites there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.exceptions import NotFound

from consent_service.domain.access.roles import EVERY_SITE, Role, Roles, role_at, suffices
from consent_service.domain.access.scopes import Scope
from consent_service.domain.site import Site
from consent_service.storage import sites
from consent_service.web.security import api_caller, session

Need: TypeAlias = Literal["nobody", "account", "administrator", "token"] | Role | Scope
"""What a route asks of who comes: nothing, a session, a role at every site, or one at the site ``<key>``.

``administrator`` is an owner of every site. Programs come with a token in the place of a session: any one, or one with
a scope; and if there is a ``<key>``, one whose account may see that site.
"""

NOT_ALLOWED = "Your role at this site is {role}, and this takes {needed}. Ask one of the site's owners."
NOT_ADMINISTRATOR = "This takes an account that is owner of every site. Ask whoever runs the service."

REQUIRED_ROLE: MappingProxyType[str, Need] = MappingProxyType(
    {
        "static": "nobody",
        "sign_in.form": "nobody",
        "sign_in.sign_in": "nobody",
        "sign_in.sign_out": "nobody",
        "setup.form": "nobody",
        "setup.make_account": "nobody",
        "code.form": "nobody",
        "code.check": "nobody",
        "invitation.form": "nobody",
        "invitation.accept": "nobody",
        "invitation.join": "nobody",
        "account.page": "account",
        "account.change_password": "account",
        "account.change_email": "account",
        "account.remove": "account",
        "account.end_session": "account",
        "factor.page": "account",
        "factor.turn_on": "account",
        "factor.turn_off": "account",
        "factor.renew_codes": "account",
        "everybody.page": "administrator",
        "everybody.change": "administrator",
        "everybody.remove": "administrator",
        "everybody.invite": "administrator",
        "everybody.withdraw": "administrator",
        "trail.everything": "administrator",
        "members.page": "owner",
        "members.change": "owner",
        "members.invite": "owner",
        "members.withdraw": "owner",
        "trail.page": "owner",
        "overview.everyone": "account",
        "adding.form": "administrator",
        "adding.add": "administrator",
        "site_numbers.page": "viewer",
        "export.page": "viewer",
        "site_numbers.panel": "viewer",
        "site_annotations.everything": "editor",
        "site_annotations.add": "editor",
        "site_annotations.remove": "editor",
        "goals.everything": "editor",
        "goals.add": "editor",
        "goals.remove": "editor",
        "export.months": "viewer",
        "export.days": "viewer",
        "check.page": "viewer",
        "archive.download": "owner",
        "sharing.page": "editor",
        "sharing.make": "editor",
        "sharing.revoke": "editor",
        "shared.page": "nobody",
        "shared.frame": "nobody",
        "api_tokens.page": "account",
        "api_tokens.make": "account",
        "api_tokens.revoke": "account",
        "reference.page": "account",
        "api.document": "nobody",
        "api.every_site": "token",
        "api.one_site": "token",
        "api.totals": "read:numbers",
        "api.series": "read:numbers",
        "api.breakdown": "read:numbers",
        "api.months": "read:exports",
        "api.days": "read:exports",
        "settings.form": "owner",
        "settings.save": "owner",
        "look.show": "owner",
        "removal.form": "owner",
        "removal.remove": "owner",
        "versions.page": "editor",
        "versions.show": "editor",
        "versions.compare": "editor",
        "editor.form": "editor",
        "editor.edit": "editor",
        "preview.published": "editor",
        "preview.of_draft": "editor",
        "proof.archive": "owner",
    }
)
"""By endpoint."""


@dataclass(frozen=True)
class Tab:
    """A page of a site, as its navigation shows it to those who may see it."""

    endpoint: str
    label: str


TABS = (
    Tab("site_numbers.page", "Numbers"),
    Tab("export.page", "Exports"),
    Tab("sharing.page", "Sharing"),
    Tab("site_annotations.everything", "Annotations"),
    Tab("goals.everything", "Goals"),
    Tab("versions.page", "Notice"),
    Tab("settings.form", "Settings"),
    Tab("members.page", "People"),
    Tab("trail.page", "History"),
    Tab("check.page", "Check"),
)


class NoSite(NotFound):
    """There is no such site, or none that the account may see: the two are answered alike."""

    def __init__(self) -> None:
        super().__init__("There is no site with this key among yours. The list of sites has those that you may see.")


def install(flask: Flask, visitors: frozenset[str]) -> None:
    """Ask before each request; ``visitors`` are the blueprints for people who never sign in."""
    _check_complete(flask, visitors)

    @flask.before_request
    def check() -> ResponseReturnValue | None:
        if request.endpoint is None or request.blueprint in visitors:
            return None
        return _refusal(REQUIRED_ROLE[request.endpoint], str((request.view_args or {}).get("key", "")))


def _check_complete(flask: Flask, visitors: frozenset[str]) -> None:
    """Raises RuntimeError for a route that the table does not know."""
    endpoints = {rule.endpoint for rule in flask.url_map.iter_rules()}
    ours = {endpoint for endpoint in endpoints if endpoint.rpartition(".")[0] not in visitors}
    if ours != REQUIRED_ROLE.keys():
        raise RuntimeError(f"routes and REQUIRED_ROLE differ: {sorted(ours ^ REQUIRED_ROLE.keys())}")


def _refusal(need: Need, key: str) -> ResponseReturnValue | None:
    """None if who asks may. Raises NotFound, Forbidden and, for programs, Unauthorized."""
    if need == "nobody":
        return None
    if need in ("token", "read:numbers", "read:exports"):
        api_caller.check(need, key)
        return None
    if not current_user.is_authenticated:
        return session.ask_to_sign_in()
    if need == "administrator":
        if not is_administrator():
            abort(403, NOT_ADMINISTRATOR)
    elif need != "account":
        _check_role(role_of(key), need)  # type: ignore[arg-type]  # what is no role was answered above
    return None


def _check_role(held: Role | None, needed: Role) -> None:
    if held is None:
        raise NoSite
    if not suffices(held, needed):
        abort(403, NOT_ALLOWED.format(role=held, needed=needed))


def site_or_404(connection: Connection, key: str) -> Site:
    """Raises NotFound for one that is gone or never was: who has a role at every site has one there too."""
    site = sites.find(connection, key)
    if site is None:
        raise NoSite
    return site


def held_roles() -> Roles:
    """The roles of who is signed in."""
    roles: Roles = current_user.roles
    return roles


def role_of(key: str) -> Role | None:
    return role_at(held_roles(), key)


def is_administrator() -> bool:
    return held_roles().get(EVERY_SITE) == "owner"


def may(needed: Role, key: str) -> bool:
    """Whether who is signed in may do with a site what takes this role."""
    return suffices(role_of(key), needed)


def tabs(site: Site) -> list[Tab]:
    """The pages of a site that who is signed in may see."""
    return [tab for tab in TABS if may(REQUIRED_ROLE[tab.endpoint], site.key)]  # type: ignore[arg-type]
