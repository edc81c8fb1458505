"""The pages of a site that carries the snippet's line, on an origin of their own."""

from __future__ import annotations

from collections.abc import Iterable
from mimetypes import guess_type
from typing import Any

from werkzeug.wrappers import Response


class SitePages:
    """The same page under every path and host name. A test writes what it needs into head, script, body and headers,
    and what else there is into files: text by path.

    With a ``prefix`` the site is also a proxy: what it is asked below that path, the service answers.
    """

    def __init__(self, service_app: Any) -> None:
        self._service_app = service_app
        self.head = ""
        self.script = '<script src="{script}" defer></script>'
        self.body = "<main><h1>A page</h1><p><a href='/next'>next</a> <button>page's own</button></p></main>"
        self.headers: dict[str, str] = {}
        self.files: dict[str, str] = {}
        self.asked: list[str] = []
        self.status = 200
        self.language = "en"
        self.prefix = ""
        self.service = ""
        self.script_path = ""

    @property
    def script_url(self) -> str:
        return (self.prefix or self.service) + self.script_path

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if self.prefix and path.startswith(self.prefix + "/"):
            return self._service_app({**environ, "PATH_INFO": path.removeprefix(self.prefix)}, start_response)
        self.asked.append(path)
        return self._answer(path)(environ, start_response)

    def _answer(self, path: str) -> Response:
        if path in self.files:
            return Response(self.files[path], mimetype=guess_type(path)[0] or "text/html")
        return Response(status=204) if path == "/favicon.ico" else self._page()

    def _page(self) -> Response:
        script = self.script.replace("{script}", self.script_url)
        head = f'<meta charset="utf-8"><title>Site</title>{self.head}{script}'
        html = f'<!doctype html><html lang="{self.language}"><head>{head}</head><body>{self.body}</body></html>'
        return Response(html, self.status, self.headers, mimetype="text/html")
