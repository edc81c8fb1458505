"""PostgreSQL's settings by which values could land in the server's log or an archive."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from consent_service.audit.findings import Finding, fail, ok, together, warn
from consent_service.audit.installation import Installation
from consent_service.storage.database.engine import reading

_SETTINGS = (
    "log_statement",
    "log_min_duration_statement",
    "log_min_duration_sample",
    "log_transaction_sample_rate",
    "log_parameter_max_length",
    "log_parameter_max_length_on_error",
    "auto_explain.log_min_duration",
    "archive_mode",
)
"""As the service's own connection has them, so that what is set for its user or database counts too."""


def look(installation: Installation) -> Finding:
    """Statements come with their values apart, so it is the values' own settings that decide."""
    with reading(installation.engine) as connection:
        told = _settings(connection)
    return together(_troubles(told), "no value of a statement reaches the server's log")


def _settings(connection: Connection) -> dict[str, str]:
    """By name; what this server does not know, or has not loaded, is empty."""
    return {
        name: connection.execute(text("SELECT current_setting(:name, true)"), {"name": name}).scalar() or ""
        for name in _SETTINGS
    }


def _troubles(told: dict[str, str]) -> Iterator[Finding]:
    reasons = [name for name in _SETTINGS[:4] if _logs(name, told[name])]
    # Before version 13 there was no such setting, and values were always logged.
    if reasons and told["log_parameter_max_length"] != "0":
        yield fail(f"values reach the server's log by {', '.join(reasons)}: set log_parameter_max_length to 0")
    if told["log_parameter_max_length_on_error"] not in ("0", ""):
        yield fail("values of statements that fail reach the log: set log_parameter_max_length_on_error to 0")
    if told["auto_explain.log_min_duration"] not in ("-1", ""):
        yield fail("plans with values reach the server's log: set auto_explain.log_min_duration to -1")


def _logs(name: str, value: str) -> bool:
    quiet = {"log_statement": ("none", "ddl"), "log_transaction_sample_rate": ("0",)}
    return value not in (*quiet.get(name, ("-1",)), "")


def look_at_log(installation: Installation) -> Finding:
    """Who copies the write-ahead log. It holds the owners' rows; of counts steps of k visits, and what closes add."""
    with reading(installation.engine) as connection:
        archives = _settings(connection)["archive_mode"] not in ("off", "")
        slots = connection.execute(text("SELECT count(*) FROM pg_replication_slots")).scalar_one()
        publications = connection.execute(text("SELECT count(*) FROM pg_publication")).scalar_one()
    if publications:
        return warn(f"{publications} publications copy tables elsewhere: see that each copy is kept like this one")
    told = f"archive {'on' if archives else 'off'}, {slots} replication slots"
    return ok(f"{told}; of open periods it holds steps of k visits or more, of closed ones what was left")
