"""A site's theme as fields of its form, and the banner in it: ``/sites/KEY/settings/look``.

Programs write a theme as JSON; people choose colours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from consent_service.domain.snippet.colours import COLOURS, NEEDED, resolved
from consent_service.domain.snippet.options import OptionsError
from consent_service.domain.snippet.theme import Theme, read_theme
from consent_service.storage.database.engine import reading
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services
from consent_service.web.settings import framed

POSITION_NAMES = {
    "bottom-start": "at the bottom, where lines begin",
    "bottom-end": "at the bottom, where lines end",
    "bottom": "along the bottom",
    "top": "along the top",
}

blueprint = Blueprint("look", __name__)

SCHEMES = ("light", "dark")
FIRST = Theme(
    {"background": "#ffffff", "text": "#1f2933", "button": "#1f5f5b", "button-text": "#ffffff"},
    {"background": "#1b2324", "text": "#e7eced", "button": "#8fd0c9", "button-text": "#0d1b1a"},
)
"""What the fields hold for a site without a theme."""

COLOUR_FIELDS = tuple(f"{scheme}-{name}" for scheme in SCHEMES for name in COLOURS)
FIELDS = ("theme", "apart", *COLOUR_FIELDS, "radius", "font", "position")
"""``theme`` and ``apart`` are boxes: a look of its own, and in it colours of their own for Accept and Reject."""


def typed_of(theme: Theme | None) -> dict[str, str]:
    """The fields as a theme fills them."""
    shown = theme or FIRST
    colours = {
        f"{scheme}-{name}": _long(colour)
        for scheme in SCHEMES
        for name, colour in resolved(getattr(shown, scheme)).items()
    }
    apart = any(set(getattr(shown, scheme)) - set(NEEDED) for scheme in SCHEMES)
    return {
        "theme": "on" if theme else "",
        "apart": "on" if apart else "",
        **colours,
        "radius": str(shown.radius),
        "font": shown.font,
        "position": shown.position,
    }


def theme_of(typed: Mapping[str, str], present: Theme | None = None) -> Theme | None:
    """The theme that the fields describe; the present one as it was written, if it looks the same.

    Raises OptionsError.
    """
    if not typed.get("theme"):
        return None
    names = COLOURS if typed.get("apart") else NEEDED
    document: dict[str, Any] = {
        scheme: {name: typed.get(f"{scheme}-{name}", "").strip() for name in names} for scheme in SCHEMES
    }
    radius, font = typed.get("radius", "").strip(), typed.get("font", "").strip()
    document["radius"] = int(radius) if radius.isascii() and radius.isdigit() and len(radius) < 4 else radius
    document |= {"position": typed.get("position", ""), **({"font": font} if font else {})}
    wanted = read_theme(document)
    return present if present and _looks(present) == _looks(wanted) else wanted


def _looks(theme: Theme) -> Theme:
    """The theme with all its colours written out."""
    schemes: dict[str, Any] = {
        scheme: {name: _long(colour) for name, colour in resolved(getattr(theme, scheme)).items()} for scheme in SCHEMES
    }
    return replace(theme, **schemes)


def _long(colour: str) -> str:
    """``#ffeedd`` for ``#FED``: fields for colours take no other spelling."""
    digits = colour[1:].lower()
    return f"#{''.join(digit * 2 for digit in digits) if len(digits) == 3 else digits}"


@blueprint.route("/sites/<key>/settings/look", methods=["GET", "POST"])
def show(key: str) -> ResponseReturnValue:
    """The site's banner in a theme that need not be saved. The script asks by GET, the form's own button by POST."""
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
    try:
        theme = theme_of(request.values)
    except OptionsError as error:
        return framed.answer(render_template("look_wrong.html", error=error), "")
    dressed = replace(site, options=replace(site.options, theme=theme))
    return framed.banner_of(dressed, site.timeline.latest.notice, "", services().config.public_url)
