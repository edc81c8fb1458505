"""The demo sites' own pages, served on another origin than the service, as a site's pages are."""

from __future__ import annotations

import socket
from contextlib import suppress
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from string import Template

from consent_service.config import Config
from consent_service.demo.examples import SITES, DemoSite


def server(config: Config, keys: dict[str, str]) -> ThreadingHTTPServer:
    """A server of the demo pages on the service's next port, or on any that is free; to be started."""
    handler = _handler(config, keys)
    with suppress(OSError, OverflowError):  # it is in use, or there is none
        return _server_of(config.host)((config.host, config.port + 1), handler)
    return _server_of(config.host)((config.host, 0), handler)


def _server_of(host: str) -> type[ThreadingHTTPServer]:
    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    return Server


def page(config: Config, keys: dict[str, str], path: str) -> str | None:
    """The HTML of ``/0/...`` or ``/1/...``, the first and second demo site; None for another path."""
    number, _, rest = path.strip("/").partition("/")
    if not number:
        number = "0"
    if number not in ("0", "1"):
        return None
    site = SITES[int(number)]
    title = dict(zip(site.audience.pages, site.titles, strict=False)).get("/" + rest, rest or site.name)
    template = Template(resources.files("consent_service.demo").joinpath("page.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(title),
        site=escape(site.name),
        links=_links(site, number),
        script=f"{config.public_url}/s/{keys[site.name]}/consent.js",
        dashboard=f"{config.public_url}/sites/{keys[site.name]}",
    )


def _links(site: DemoSite, number: str) -> str:
    pages = zip(site.audience.pages, site.titles, strict=False)
    return " ".join(f'<a href="/{number}{path}">{escape(title)}</a>' for path, title in pages)


def _handler(config: Config, keys: dict[str, str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            html = page(config, keys, self.path.partition("?")[0])
            body = (html or "There is no such demo page.").encode()
            self.send_response(200 if html else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """No access log, here neither."""

    return Handler
