"""Proxies on this machine, by their configuration: whether one logs the requests that it passes to the service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from consent_service.audit import nginx
from consent_service.audit.findings import Finding, fail, ok, some, unknown
from consent_service.audit.installation import Installation

_FOLDERS = {"nginx": "etc/nginx", "Caddy": "etc/caddy", "Apache": "etc/apache2"}


def look(installation: Installation) -> Finding:
    """A configuration that is not where these proxies have it is not seen; the canary finds what it logs."""
    addresses, logging = own_addresses(installation), []
    for name, folder in _FOLDERS.items():
        try:
            texts = _texts(installation.machine(folder))
        except PermissionError as error:
            return unknown(f"{error.filename} cannot be read: run this as root")
        logging += [f"{name}, {place}" for place in _PLACES[name](texts, addresses)]
    if logging:
        return fail(
            f"visitors' requests are logged by {some(logging)}: see docs/embedding.md, Through the site's own proxy"
        )
    return ok("no configuration of nginx, Caddy or Apache here logs what it passes to the service")


def own_addresses(installation: Installation) -> set[str]:
    """Under which names a proxy on this machine may reach CONSENT_BIND."""
    host, port = installation.config.host, installation.config.port
    shown = f"[{host}]" if ":" in host else host
    return {f"{name}:{port}" for name in (shown, "127.0.0.1", "localhost", "[::1]")} | {f":{port}"}


def _texts(folder: Path) -> dict[str, str]:
    """What a proxy reads; of Debian's folders of what is available, only what is enabled."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and "-available" not in str(file.parent)]
    return {str(file): file.read_text(errors="replace") for file in files}


def _in_nginx(texts: dict[str, str], addresses: set[str]) -> Iterator[str]:
    main = next((text for file, text in texts.items() if file.endswith("/nginx.conf")), "")
    others = [text for file, text in texts.items() if not file.endswith("/nginx.conf")]
    return nginx.logging_places(main, others, addresses)


def _in_caddy(texts: dict[str, str], addresses: set[str]) -> Iterator[str]:
    """A site of Caddy logs requests if it has the directive ``log``."""
    for text in texts.values():
        for block in nginx.parse(_as_blocks(text)).blocks:
            inside = list(block.everything())
            passes = any(_passes(inner.directives, addresses) or _passes([inner.words], addresses) for inner in inside)
            logs = any(["log"] in [words[:1] for words in (inner.words, *inner.directives)] for inner in inside)
            if passes and logs:
                yield f"log of {' '.join(block.words)}"


def _as_blocks(text: str) -> str:
    """A Caddyfile ends a directive with its line."""
    return re.sub(r"([^\s{}])[ \t]*(?=\n|$)", r"\1;", re.sub(r"#[^\n]*", "", text))


def _passes(directives: Sequence[Sequence[str]], addresses: set[str]) -> bool:
    return any(
        words[:1] == ["reverse_proxy"] and any((word.partition("://")[2] or word) in addresses for word in words)
        for words in directives
    )


_HOST = re.compile(r"<VirtualHost\b([^>]*)>(.*?)</VirtualHost>", re.DOTALL | re.IGNORECASE)
_LOG = re.compile(r"^\s*(?:CustomLog|TransferLog)\s+(?!\"?/dev/null)", re.MULTILINE | re.IGNORECASE)


def _in_apache(texts: dict[str, str], addresses: set[str]) -> Iterator[str]:
    """A host of Apache that has no log of its own writes into the server's."""
    server = any(_LOG.search(_HOST.sub("", text)) for text in texts.values())
    for text in texts.values():
        for name, body in _HOST.findall(text):
            passes = any(re.search(rf"ProxyPass\w*\s.*://{re.escape(address)}\b", body) for address in addresses)
            has_own = re.search(r"^\s*(?:CustomLog|TransferLog)\s", body, re.MULTILINE | re.IGNORECASE)
            if passes and (_LOG.search(body) or (server and not has_own)):
                yield f"CustomLog of the host {name.strip()}"


_PLACES = {"nginx": _in_nginx, "Caddy": _in_caddy, "Apache": _in_apache}
