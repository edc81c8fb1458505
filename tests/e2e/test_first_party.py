"""The service under the site's own host, behind nginx and Caddy, set up as docs/embedding.md has it."""

import http.client
import re
import shutil
import socket
import ssl
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.service import PATIENCE, wait_until
from tests.postgresql import free_port

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here depends on it

DOCS = (Path(__file__).parents[2] / "docs/embedding.md").read_text(encoding="utf-8")
PAGE = "<!doctype html><html lang=en><title>Site</title><script src=/s/{key}/consent.js defer></script>"

NGINX = """
daemon off; pid {folder}/pid; error_log stderr;
events {{}}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl; ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
    {block}
    location / {{ default_type text/html; return 200 '{page}'; }}
  }}
}}
"""

CADDY = """{options}
https://site.localhost:{port} {{
    tls {folder}/cert.pem {folder}/key.pem
    log {{
        output file {folder}/access.log
    }}
    {block}
    header Content-Type text/html
    respond `{page}`
}}
"""


def documented(language):
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)


def nginx(folder, port, page, service):
    (block,) = documented("nginx")
    made = NGINX.format(folder=folder, port=port, page=page, block=block.replace("http://127.0.0.1:8000", service))
    (folder / "nginx.conf").write_text(made)
    return ["nginx", "-c", str(folder / "nginx.conf"), "-e", "stderr"]


def caddy(folder, port, page, service):
    block, options = documented("caddy")
    options = options.replace("{", "{\n    admin off\n    auto_https off", 1)
    block = block.replace("127.0.0.1:8000", service.removeprefix("http://"))
    (folder / "Caddyfile").write_text(CADDY.format(folder=folder, port=port, page=page, block=block, options=options))
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@contextmanager
def running(proxy, folder, page, service):
    """Gives the site's address, and the file of what the proxy says."""
    subject = ["-subj", "/CN=site.localhost", "-addext", "subjectAltName=DNS:site.localhost"]
    key = ["-newkey", "rsa:2048", "-nodes", "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(["openssl", "req", "-x509", "-days", "1", *key, *subject], check=True, capture_output=True)
    port, output = free_port(), folder / "output"
    with output.open("wb") as said:
        environ = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "PATH": PATH}
        command = proxy(folder, port, page, service)
        process = subprocess.Popen(command, stdout=said, stderr=said, env=environ)
    try:
        url = f"https://site.localhost:{port}"
        wait_until(lambda: status_of(url) == 200, f"the proxy; it said {output.read_text()}")
        yield url, output
    finally:
        process.terminate()
        process.wait(PATIENCE)


PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ANY_CERTIFICATE = ssl._create_unverified_context()


def ask(url):
    """Status and body of what the proxy answers, asked for by the site's name wherever names are looked up."""
    parts = urlsplit(url)
    plain = socket.create_connection(("127.0.0.1", parts.port), timeout=10)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port)
    connection.sock = ANY_CERTIFICATE.wrap_socket(plain, server_hostname="site.localhost")
    with closing(connection):
        connection.request("GET", f"{parts.path or '/'}?{parts.query}", headers={"Host": parts.netloc})
        answer = connection.getresponse()
        return answer.status, answer.read()


def status_of(url):
    try:
        return ask(url)[0]
    except OSError:
        return 0


def behind(*proxies):
    """Each test behind these proxies, and behind both in the long version."""
    return pytest.mark.parametrize(
        "site",
        [
            pytest.param(one, id=one.__name__, marks=[] if one in proxies else pytest.mark.long)
            for one in (nginx, caddy)
        ],
        indirect=True,
    )


@pytest.fixture
def site(request, service, tmp_path):
    if not shutil.which(request.param.__name__):
        pytest.fail(f"{request.param.__name__} is missing: run 'make debian-packages'")
    service.run("migrate")
    key = service.run("site", "add", "Harbour", "--host", "site.localhost").stdout.strip()
    service.start()
    with running(request.param, tmp_path, PAGE.format(key=key), service.url) as (url, output):
        yield key, url, output


@pytest.fixture
def page(browser):
    context = browser.new_context(ignore_https_errors=True, user_agent="Mozilla/5.0 canary-agent")
    yield context.new_page()
    context.close()


@behind(nginx)
def test_the_cookie_is_set_by_the_service_and_withdrawn_by_the_script(site, page):
    key, url, _ = site
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(url)))
    page.goto(url)
    with page.expect_response(lambda response: response.url.endswith("/hit")) as hit:
        page.get_by_role("button", name="Accept all").click()
    assert hit.value.status == 204
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"]) == ("__Host-consent", True, False)
    assert cookie["expires"] - page.evaluate("Date.now() / 1000") > 88 * 86_400  # more than a script could
    assert set(asked) == {"/", f"/s/{key}/consent.js", "/consent", "/hit"}
    page.get_by_role("button", name="Cookie choice").click()
    page.get_by_role("button", name="Withdraw consent").click()
    expect(page.get_by_role("button", name="Withdraw consent")).to_be_hidden()
    assert [one["name"] for one in page.context.cookies()] == ["refused"]


@behind(nginx)
def test_the_proxy_passes_what_visitors_need_and_nothing_else(site):
    key, url, _ = site
    assert status_of(f"{url}/s/{key}/notice.json") == 200
    assert status_of(f"{url}/s/{key}/notice.json?l=en") == 200
    assert status_of(f"{url}/s/unknown/consent.js") == 404
    assert status_of(f"{url}/hit") == 405
    assert status_of(f"{url}/s/{key}/privacy") == 200
    for path in ("/login", "/receipt", "/metrics", "/healthz", "/readyz"):
        assert b"consent.js" in ask(url + path)[1]  # the site's own page


@behind(caddy)
def test_the_proxy_writes_nothing_of_a_visitor_even_when_the_service_is_gone(site, page, service, tmp_path):
    _, url, output = site
    page.goto(url)
    with page.expect_response(lambda response: response.url.endswith("/hit")):
        page.get_by_role("button", name="Accept all").click()
    service.stop()
    assert page.evaluate("fetch('/hit', { method: 'POST', body: '{}' }).then((answer) => answer.status)") == 502
    said = (tmp_path / "access.log").read_text()
    assert "GET / " in said or '"uri":"/"' in said  # the site's own page is logged
    assert "/hit" not in said + output.read_text()
    assert "canary" not in output.read_text()
