"""``/account/factor``: setting a second factor up, turning it off, and its recovery codes."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from consent_service.administration import account_acts
from consent_service.hostnames import to_unicode
from consent_service.security import totp
from consent_service.security.encryption import Undecipherable
from consent_service.snippet import home
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import factors
from consent_service.storage.people.factors import Factor
from consent_service.web import history
from consent_service.web.people import credentials
from consent_service.web.services import services

blueprint = Blueprint("factor", __name__, url_prefix="/account/factor")

STALE = "This page is of an earlier attempt. Open it anew, and scan the code that it shows then."

WRONG_PASSWORD = "this is not your password"  # noqa: S105 - a message
WRONG_CODE = "this is not the code of now: wait for the next one, and see that the telephone's clock is right"


@blueprint.get("")
def page() -> str:
    held = _held()
    return _manage(held, {}) if held else _set_up(totp.new_secret(), {})


@blueprint.post("")
def turn_on() -> ResponseReturnValue:
    """Once a code shows that the application has the secret; asks for the password, as turning off does."""
    email = current_user.email
    if _held():
        return redirect(url_for("factor.page"))
    try:
        secret = services().cipher.decrypt(request.form.get("secret", ""), credentials.context_of(email))
    except Undecipherable:
        abort(400, STALE)
    if credentials.password(email, request.form.get("password", "")) is None:
        return _set_up(secret, {"password": WRONG_PASSWORD}), 422
    step = totp.matching_step(secret, "".join(request.form.get("code", "").split()), services().clock(), 0)
    if step is None:
        return _set_up(secret, {"code": WRONG_CODE}), 422
    with writing(services().engine) as connection:
        encrypted = services().cipher.encrypt(secret, credentials.context_of(email))
        codes = factors.turn_on(connection, email, encrypted, step)
        history.note(connection, "second factor turned on")
    return render_template("codes.html", codes=codes, is_new=True)


@blueprint.post("/off")
def turn_off() -> ResponseReturnValue:
    email, held = current_user.email, _held()
    if held is None:
        return redirect(url_for("factor.page"))
    if credentials.password(email, request.form.get("password", "")) is None:
        return _manage(held, {"off": WRONG_PASSWORD}), 422
    with writing(services().engine) as connection:
        account_acts.turn_factor_off(connection, history.actor(), email)
    flash("The second factor is turned off. Your password alone signs you in.")
    return redirect(url_for("account.page"))


@blueprint.post("/codes")
def renew_codes() -> ResponseReturnValue:
    email, held = current_user.email, _held()
    if held is None:
        return redirect(url_for("factor.page"))
    if credentials.password(email, request.form.get("password", "")) is None:
        return _manage(held, {"codes": WRONG_PASSWORD}), 422
    with writing(services().engine) as connection:
        codes = factors.renew_codes(connection, email)
        history.note(connection, "recovery codes made")
    return render_template("codes.html", codes=codes, is_new=False)


def _held() -> Factor | None:
    with reading(services().engine) as connection:
        return factors.of_account(connection, current_user.email)


def _manage(held: Factor, errors: dict[str, str]) -> str:
    is_readable = credentials.is_readable(current_user.email, held)
    return render_template("factor.html", factor=held, is_readable=is_readable, errors=errors)


def _set_up(secret: str, errors: dict[str, str]) -> str:
    """The form carries the secret encrypted, for this account: what comes back was made here."""
    email = current_user.email
    return render_template(
        "factor_new.html",
        errors=errors,
        code=_render_code(
            totp.address(secret, email, f"consent-service {to_unicode(home.host(services().config.public_url))}")
        ),
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        encrypted=services().cipher.encrypt(secret, credentials.context_of(email)),
    )


def _render_code(text: str) -> Markup:
    """Render the QR code as SVG: without a style, so that the policy need not allow any; dark on light always."""
    import segno  # noqa: PLC0415 - seldom wanted

    picture = segno.make(text, error="m").svg_inline(
        border=4, light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(picture)  # noqa: S704 - segno draws squares; nothing of the text is in it
