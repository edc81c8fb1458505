"""Which paths are the public's and which the owner's: the host rule and the headers of the owner's side."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from consent_service.snippet import home

_PUBLIC = frozenset({"/consent", "/hit", "/healthz", "/readyz", "/metrics"})
_DEFAULT_PORTS = {"http": 80, "https": 443}


def policy(more: str = "", ancestors: str = "'none'") -> str:
    """The content security policy of an owner's page, with what it needs ``more`` and who may frame it."""
    strict = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
    return f"{strict}; frame-ancestors {ancestors}{more and '; '}{more}"


WITH_SCRIPT = policy("script-src 'self'")
"""Of a page with a script of the service's own."""

WITH_FRAME = policy("frame-src 'self'")
"""Of a page with a frame of the service's own."""

_HEADERS = {
    "Content-Security-Policy": policy(),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def is_public(path: str) -> bool:
    """Whether a path is answered under any host, by its own rules."""
    return path.startswith("/s/") or path in _PUBLIC


def is_visitors(path: str) -> bool:
    """Whether a path is for people who never sign in; of them ``/receipt`` alone keeps to the owner's host."""
    return is_public(path) or path == "/receipt"


def is_api(path: str) -> bool:
    """Whether a path is for programs, which get JSON whatever happens and may keep what has a tag."""
    return path.startswith("/api/")


def has_no_session(path: str) -> bool:
    """Whether nobody is signed in there, and no cookie is read or set."""
    return is_visitors(path) or is_api(path) or path.startswith("/share/")


def owner_hosts(public_url: str) -> frozenset[str]:
    """The Host headers under which the owner's pages answer; on a loopback address all of its names."""
    parts = urlsplit(public_url)
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    names = home.LOOPBACK if home.is_here(public_url) else (home.host(public_url),)
    bare = names if port == _DEFAULT_PORTS[parts.scheme] else ()
    return frozenset({*(f"{name}:{port}" for name in names), *bare})


def install(flask: Flask, public_url: str) -> None:
    """Check the host before, and set the headers after, each request to the owner's side."""
    hosts = owner_hosts(public_url)

    @flask.before_request
    def check_host() -> None:
        if not is_public(request.path) and request.environ.get("HTTP_HOST", "").lower() not in hosts:
            abort(421)

    @flask.before_request
    def check_text() -> None:
        # SQLite takes a NUL in a text, PostgreSQL's driver raises an error: nobody types one.
        if not is_public(request.path) and "\0" in "".join((request.path, *request.form.values())):
            abort(400)

    @flask.after_request
    def protect(response: Response) -> Response:
        if not is_public(request.path):
            for name, value in _HEADERS.items():
                response.headers.setdefault(name, value)  # a page may have a policy of its own
            is_style = request.endpoint == "static" and response.status_code == 200
            if not is_style and not is_api(request.path):
                response.headers["Cache-Control"] = "no-store"
        return response
