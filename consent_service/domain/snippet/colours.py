"""One colour scheme of a theme, light or dark: legible, its buttons visible, and Reject no weaker than Accept."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from consent_service.domain.errors import DocumentError
from consent_service.domain.snippet.contrast import contrast, is_colour

LEGIBLE = 4.5
"""What text needs: WCAG 2.2, success criterion 1.4.3 (AA). The notice's text is not large."""
VISIBLE = 3.0
"""What a button needs: WCAG 2.2, success criterion 1.4.11 (AA)."""

NEEDED = ("background", "text", "button", "button-text")
STAND_INS: Mapping[str, str] = MappingProxyType(
    {"accept": "button", "accept-text": "button-text", "reject": "button", "reject-text": "button-text"}
)
"""The colours that may be left out, and those that take their place."""
COLOURS = (*NEEDED, *STAND_INS)

BUTTONS = ("button", "accept", "reject")


class OptionsError(DocumentError):
    """An option of a site, or its theme, cannot be used; the message says which and why."""


def resolved(scheme: Mapping[str, str]) -> dict[str, str]:
    """All eight colours."""
    return {name: scheme.get(name) or scheme[STAND_INS[name]] for name in COLOURS}


def check_scheme(scheme: object, where: str) -> None:
    """Raises OptionsError, which names ``where`` the scheme stands, the colours and what was measured."""
    if not isinstance(scheme, Mapping):
        raise OptionsError(f"must hold {', '.join(NEEDED)}", where)
    for name in scheme:
        if name not in COLOURS:
            raise OptionsError(f"{name!r} is not one of {', '.join(COLOURS)}", where)
    for name in NEEDED:
        if name not in scheme:
            raise OptionsError(f"{name} is needed", where)
    for name, colour in scheme.items():
        if not is_colour(colour):
            raise OptionsError(f"{colour!r} is not a colour such as #fff or #1a2b3c", f"{where}.{name}")
    pairs = _Pairs(resolved(scheme), where)
    pairs.check_least()
    pairs.check_fairness()


class _Pairs:
    """The eight colours of one scheme, two by two."""

    def __init__(self, colours: Mapping[str, str], where: str) -> None:
        self._colours = colours
        self._where = where

    def check_least(self) -> None:
        """Text can be read, and buttons can be seen."""
        self._needs("text", "background", LEGIBLE, "text needs {}:1 (WCAG 2.2, 1.4.3)")
        for button in BUTTONS:
            self._needs(f"{button}-text", button, LEGIBLE, "text needs {}:1 (WCAG 2.2, 1.4.3)")
            self._needs(button, "background", VISIBLE, "a button needs {}:1 (WCAG 2.2, 1.4.11)")

    def check_fairness(self) -> None:
        """Reject stands out as much as Accept does, or more: nobody is led to a yes."""
        least = self._between("accept", "background")
        self._needs("reject", "background", least, "Accept has {}:1, and Reject may not be weaker")
        least = self._between("accept-text", "accept")
        self._needs("reject-text", "reject", least, "Accept's text has {}:1, and Reject's may not be weaker")

    def _between(self, name: str, ground: str) -> float:
        return contrast(self._colours[name], self._colours[ground])

    def _needs(self, name: str, ground: str, least: float, reason: str) -> None:
        ratio = self._between(name, ground)
        if ratio < least:
            pair = f"{name} {self._colours[name]} on {ground} {self._colours[ground]}"
            measured, wanted = _told_apart(ratio, least)
            raise OptionsError(f"{pair} has a contrast of {measured}:1, but {reason.format(wanted)}", self._where)


def _told_apart(lower: float, higher: float) -> tuple[str, str]:
    """Two ratios, rounded to two decimals, or to as many more as show which is the lower."""
    decimals = next(number for number in range(2, 18) if f"{lower:.{number}f}" != f"{higher:.{number}f}")
    return f"{lower:.{decimals}f}", f"{higher:.{decimals}f}".rstrip("0").rstrip(".")
