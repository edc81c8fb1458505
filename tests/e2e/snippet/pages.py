"""The pages of a site that carries the snippet's line, on an origin of their own."""

from __future__ import annotations

import http.client
from collections.abc import Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

HEADERS_PASSED_ON = ("Origin", "Content-Type", "Cookie", "Referer", "User-Agent")


class SitePages:
    """The same page under every path. A test writes what it needs into head, script, body and headers.

    With a ``prefix`` the site is also a proxy, which passes what it is asked below that path on to the service.
    """

    def __init__(self) -> None:
        self.head = ""
        self.script = '<script src="{script}" defer></script>'
        self.body = "<main><h1>A page</h1><p><a href='/next'>next</a> <button>page's own</button></p></main>"
        self.headers: dict[str, str] = {}
        self.prefix = ""
        self.service = ""
        self.script_path = ""

    @property
    def script_url(self) -> str:
        return (self.prefix or self.service) + self.script_path

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path == "/favicon.ico":
            return Response(status=204)
        if self.prefix and request.path.startswith(self.prefix + "/"):
            return self._passed_on(request)
        return Response(self._html(), mimetype="text/html", headers=self.headers)

    def _html(self) -> str:
        script = self.script.replace("{script}", self.script_url)
        head = f'<meta charset="utf-8"><title>Site</title>{self.head}{script}'
        return f'<!doctype html><html lang="en"><head>{head}</head><body>{self.body}</body></html>'

    def _passed_on(self, request: Request) -> Response:
        headers = {name: request.headers[name] for name in HEADERS_PASSED_ON if name in request.headers}
        connection = http.client.HTTPConnection(self.service.removeprefix("http://"))
        connection.request(request.method, request.path.removeprefix(self.prefix), request.get_data(), headers)
        answer = connection.getresponse()
        passed = Response(answer.read(), answer.status, mimetype=answer.headers.get_content_type())
        connection.close()
        return passed
