"""A theme: how a site's notice looks. It cannot make the notice illegible, nor Reject weaker than Accept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from consent_service.domain.snippet.colours import OptionsError, check_scheme, resolved
from consent_service.domain.snippet.fonts import LONGEST_LIST, font_list

Position = Literal["bottom-start", "bottom-end", "bottom", "top"]
POSITIONS: tuple[str, ...] = get_args(Position)

LARGEST_RADIUS = 24

_ACROSS = "inset-inline:0;margin:0 auto;"
_PLACES: Mapping[str, str] = {
    "bottom-start": "",
    "bottom-end": "inset-inline-start:auto;inset-inline-end:0;",
    "bottom": _ACROSS,
    "top": f"inset-block-end:auto;inset-block-start:0;{_ACROSS}",
}


@dataclass(frozen=True)
class Theme:
    """Colours by name for the two schemes between which a browser chooses, and what is the same in both."""

    light: Mapping[str, str]
    dark: Mapping[str, str]
    radius: int = 8
    """Of the corners, in CSS pixels."""
    font: str = "system-ui,sans-serif"
    """Names of fonts as for CSS's ``font-family``. The service brings none along."""
    position: Position = "bottom-start"
    """At which edge of the window; ``start`` is where lines of the page's language begin."""

    def __post_init__(self) -> None:
        check_scheme(self.light, "theme.light")
        check_scheme(self.dark, "theme.dark")
        if type(self.radius) is not int or not 0 <= self.radius <= LARGEST_RADIUS:
            raise OptionsError(f"pixels, from 0 to {LARGEST_RADIUS}, not {self.radius!r}", "theme.radius")
        if font_list(self.font) is None:
            raise OptionsError(
                f"{self.font!r} is not a list of font names such as Open Sans, sans-serif"
                f" (letters, digits, - and _; {LONGEST_LIST} characters)",
                "theme.font",
            )
        if self.position not in POSITIONS:
            raise OptionsError(f"one of {', '.join(POSITIONS)}, not {self.position!r}", "theme.position")

    @property
    def document(self) -> dict[str, Any]:
        """What is stored: the theme as it was written."""
        written = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**written, "light": dict(self.light), "dark": dict(self.dark)}

    @property
    def css(self) -> str:
        """The theme as the snippet puts it into its rule for the notice: custom properties, and what they are for."""
        light, dark = resolved(self.light), resolved(self.dark)
        colours = "".join(f"--{name}:light-dark({light[name]},{dark[name]});" for name in light)
        corners = f"border-radius:{self.radius}px;"
        return (
            f"{colours}color:var(--text);background:var(--background);font-family:{font_list(self.font)};{corners}"
            f"{_PLACES[self.position]}button{{{_button('button')}{corners}}}"
            f"button[value=accept]{{{_button('accept')}}}button[value=reject]{{{_button('reject')}}}"
        )


def _button(name: str) -> str:
    return f"color:var(--{name}-text);background:var(--{name});"


def read_theme(document: object) -> Theme:
    """The theme that a document describes. Raises OptionsError."""
    names = [field.name for field in fields(Theme)]
    if not isinstance(document, Mapping):
        raise OptionsError(f"must hold {', '.join(names)}", "theme")
    for name in document:
        if name not in names:
            raise OptionsError(f"{name!r} is not one of {', '.join(names)}", "theme")
    for name in ("light", "dark"):
        if name not in document:
            raise OptionsError(f"{name} is needed; browsers choose between light and dark", "theme")
    return Theme(**document)
