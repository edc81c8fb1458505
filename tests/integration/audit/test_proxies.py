"""What the audit says of a proxy's configuration."""

import pytest

from consent_service.audit.findings import Outcome

NGINX = "http { access_log /var/log/nginx/access.log; include sites-enabled/*; }"
SERVER = "server { server_name x.example; location / { proxy_pass http://127.0.0.1:8000; %s } }"
QUIET = "access_log off; error_log /dev/null;"

LOGGING = {
    "nginx, by default": {"etc/nginx/nginx.conf": "http {}", "etc/nginx/sites-enabled/x": SERVER % ""},
    "nginx, for all": {"etc/nginx/nginx.conf": NGINX, "etc/nginx/sites-enabled/x": SERVER % "error_log /dev/null;"},
    "nginx, for one": {
        "etc/nginx/nginx.conf": "http { access_log off; error_log /dev/null; }",
        "etc/nginx/sites-enabled/x": SERVER % "access_log /var/log/x 'a { strange; format }';",
    },
    "nginx, errors": {"etc/nginx/nginx.conf": NGINX, "etc/nginx/sites-enabled/x": SERVER % "access_log off;"},
    "nginx, upstream": {
        "etc/nginx/nginx.conf": NGINX,
        "etc/nginx/conf.d/up.conf": "upstream counts { server localhost:8000; }",
        "etc/nginx/conf.d/x.conf": "server { location /hit { proxy_pass http://counts/; } }",
    },
    "Caddy": {"etc/caddy/Caddyfile": "x.example {\n\tlog\n\treverse_proxy localhost:8000\n}\n"},
    "Caddy, in a file": {
        "etc/caddy/Caddyfile": "x.example {\n  log {\n    output file /var/log/x\n  }\n  handle /hit {\n"
        "    reverse_proxy http://127.0.0.1:8000\n  }\n}\n"
    },
    "Apache": {
        "etc/apache2/sites-enabled/x.conf": "<VirtualHost *:443>\n CustomLog ${APACHE_LOG_DIR}/access.log combined\n"
        " ProxyPass / http://127.0.0.1:8000/\n</VirtualHost>"
    },
    "Apache, for all": {
        "etc/apache2/conf-enabled/other.conf": "CustomLog ${APACHE_LOG_DIR}/other.log vhost_combined",
        "etc/apache2/sites-enabled/x.conf": "<VirtualHost *:443>\nProxyPass /hit http://localhost:8000/hit\n</VirtualHost>",
    },
}

SILENT = {
    "none": {},
    "nginx, off": {"etc/nginx/nginx.conf": NGINX, "etc/nginx/sites-enabled/x": SERVER % QUIET},
    "nginx, off for all": {
        "etc/nginx/nginx.conf": f"http {{ {QUIET} include sites-enabled/*; }}",
        "etc/nginx/sites-enabled/x": SERVER % "",
    },
    "nginx, another service": {
        "etc/nginx/nginx.conf": NGINX,
        "etc/nginx/sites-enabled/x": "server { location / { proxy_pass http://127.0.0.1:9000; } }",
    },
    "nginx, not enabled": {"etc/nginx/nginx.conf": NGINX, "etc/nginx/sites-available/x": SERVER % ""},
    "Caddy, without": {"etc/caddy/Caddyfile": "x.example {\n\treverse_proxy localhost:8000\n}\n"},
    "Caddy, another site": {
        "etc/caddy/Caddyfile": "x.example {\n\treverse_proxy localhost:8000\n}\ny.example {\n\tlog\n\tfile_server\n}\n"
    },
    "Apache, nowhere": {
        "etc/apache2/conf-enabled/other.conf": "CustomLog ${APACHE_LOG_DIR}/other.log vhost_combined",
        "etc/apache2/sites-enabled/x.conf": "<VirtualHost *:443>\nCustomLog /dev/null common\n"
        "ProxyPass / http://127.0.0.1:8000/\n</VirtualHost>",
    },
}


@pytest.mark.parametrize("name", list(LOGGING))
def test_a_proxy_that_logs_what_it_passes_on_fails(look, machine, name):
    for file, content in LOGGING[name].items():
        machine(file, content)

    found = look("proxy logs", {"host": "127.0.0.1", "port": 8000})
    assert found.outcome == Outcome.FAIL
    assert name.split(",")[0] in found.text


@pytest.mark.parametrize("name", list(SILENT))
def test_a_proxy_that_does_not_log_it_is_well(look, machine, name):
    for file, content in SILENT[name].items():
        machine(file, content)

    assert look("proxy logs", {"host": "127.0.0.1", "port": 8000}).outcome == Outcome.OK
