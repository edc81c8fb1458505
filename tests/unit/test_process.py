import os

from consent_service.serving import process


def test_settings_are_let_go_of_and_nothing_else(monkeypatch):
    kept = {"PGPASSFILE": "/run/pass", "HOME": "/srv/consent", "SSL_CERT_FILE": "/etc/ssl/ca.pem"}
    monkeypatch.setattr(
        os, "environ", {**kept, "CONSENT_SECRET_KEYS": "k" * 32, "CONSENT_DATABASE_URL": "postgresql://"}
    )
    process.forget_environment()

    assert os.environ == kept
