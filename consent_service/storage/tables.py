"""All tables. docs/data-model.md says for each what it can never hold.

Keys begin with the site, and counting tables have no sequence, row time or insertion order: two runs that count
the same leave the same rows, and the tables can be distributed by site.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Integer, MetaData, String, Table, Text, false

from consent_service.domain.counting.dimensions import MEASURES

metadata = MetaData()

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("generation", BigInteger, nullable=False),
    comment="One row: moves when a site or notice changes, so that every machine reads anew.",
)

quarter_keys = Table(
    "quarter_keys",
    metadata,
    Column("quarter", String(6), primary_key=True),
    Column("fingerprint", String(16), nullable=False),
    comment="Which secret key signs which quarter, by fingerprint.",
)

sites = Table(
    "sites",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("hosts", Text, nullable=False, comment="a JSON list of host names"),
    Column("created_on", String(10), nullable=False, comment="the site's day; periods before it are not closed"),
    Column("options", Text, nullable=False, server_default="{}", comment="JSON: those that differ from the defaults"),
    Column("days_from", String(10), nullable=False, server_default="", comment="days and weeks before it are not kept"),
    Column("has_hits", Boolean, nullable=False, server_default=false(), comment="whether one ever came; never unset"),
)

notices = Table(
    "notices",
    metadata,
    Column("site", ForeignKey("sites.key", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(32), nullable=False),
    Column("document", Text, nullable=False, comment="canonical JSON: terms and texts"),
    Column("current_from", String(7), nullable=False, comment="a month"),
    Column("published_on", String(10), nullable=False, server_default="", comment="the site's day; empty if not noted"),
)

pins = Table(
    "pins",
    metadata,
    Column("site", ForeignKey("sites.key", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(32), primary_key=True),
    Column("script", Text, nullable=False),
    comment="Scripts of pages that embed them by their digest, and so need each as it was.",
)


def _counts() -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in MEASURES]


cells = Table(
    "cells",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("dimension", String(20), primary_key=True),
    Column("value", Text, primary_key=True),
    *_counts(),
    Column(
        "marks", Text, nullable=False, server_default="", comment="what the counts of a closed period alone do not say"
    ),
    comment="Released cells of open periods, published rows of closed ones; none has a support below k.",
    sqlite_with_rowid=False,
)

closed_periods = Table(
    "closed_periods",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("threshold", Integer, nullable=False),
    Column("detail", String(5), nullable=False),
    Column("timezone", Text, nullable=False),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the published rows"),
    comment="The settings in force when a period became final.",
    sqlite_with_rowid=False,
)

spools = Table(
    "spools",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("last_batch", BigInteger, nullable=False),
    Column("last_seen", Float, nullable=False, comment="seconds since 1970, to the minute"),
    Column("handed_over", Float, nullable=False, server_default="0", comment="seconds since 1970"),
    comment="One row per spool: the last batch applied from it, and how far it has handed over.",
)

loads = Table(
    "loads",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("spool", String(32), nullable=False),
    comment="Files of saved spools that were loaded, so that none is loaded twice.",
)

restores = Table(
    "restores",
    metadata,
    Column("restored_at", Float, primary_key=True, autoincrement=False, comment="seconds since 1970"),
    Column("known_until", Float, nullable=False, comment="seconds since 1970: when the backup was made"),
    comment="Backups that were restored: periods that had begun by then are published as lower bounds.",
)

moved = Table(
    "moved",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("place", Text, nullable=False, comment="the address without its password"),
    comment="One row once everything was moved to another database; nothing works on this one then.",
)

accounts = Table(
    "accounts",
    metadata,
    Column("email", String(254), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("totp", Text, nullable=False, server_default="", comment="the secret, encrypted; empty if there is none"),
    Column("totp_step", BigInteger, nullable=False, server_default="0", comment="the last one used: no code twice"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", String(64), primary_key=True, comment="SHA-256 of the secret in the owner's cookie"),
    Column("email", ForeignKey("accounts.email", ondelete="CASCADE"), nullable=False),
    Column("ends", Float, nullable=False),
    Column("began", Float, nullable=False, server_default="0"),
    Column("browser", Text, nullable=False, server_default="", comment="family and system, for the owner's list"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("email", ForeignKey("accounts.email", ondelete="CASCADE"), primary_key=True),
    Column("code_hash", String(64), primary_key=True),
    comment="Codes that stand in once each for a lost device.",
)

roles = Table(
    "roles",
    metadata,
    Column("email", ForeignKey("accounts.email", ondelete="CASCADE"), primary_key=True),
    Column("site", String(32), primary_key=True, comment="a key, or * for every site"),
    Column("role", String(6), nullable=False, comment="viewer, editor or owner"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", String(64), primary_key=True, comment="SHA-256 of the secret in the link"),
    Column("email", String(254), nullable=False),
    Column("site", String(32), nullable=False, comment="a key, or * for every site"),
    Column("role", String(6), nullable=False),
    Column("ends", Float, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("at", Float, nullable=False),
    Column("email", String(254), nullable=False),
    Column("site", String(32), nullable=False),
    Column("name", String(40), nullable=False),
    Column("details", Text, nullable=False, comment="JSON"),
    comment="What owners did.",
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", String(12), primary_key=True, comment="by which its owner tells it from others"),
    Column("secret_hash", String(64), nullable=False),
    Column("email", ForeignKey("accounts.email", ondelete="CASCADE"), nullable=False),
    Column("site", String(32), nullable=False, comment="a key, or * for every site of the account"),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False, comment="a JSON list"),
    Column("made_on", String(10), nullable=False),
    Column("used_on", String(10), nullable=False, server_default="", comment="the last day, or empty"),
    Column("ends_on", String(10), nullable=False, server_default="", comment="the last day, or empty"),
)

share_links = Table(
    "share_links",
    metadata,
    Column("site", ForeignKey("sites.key", ondelete="CASCADE"), primary_key=True),
    Column("id", String(12), primary_key=True, comment="by which the site's people tell it from others"),
    Column("secret_hash", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("frame_hosts", Text, nullable=False, server_default="[]", comment="JSON: origins that may embed it"),
    Column("made_on", String(10), nullable=False),
    Column("ends_on", String(10), nullable=False, comment="the last day"),
)

annotations_table = Table(
    "annotations",
    metadata,
    Column("site", ForeignKey("sites.key", ondelete="CASCADE"), primary_key=True),
    Column("id", String(12), primary_key=True),
    Column("day", String(10), nullable=False),
    Column("text", Text, nullable=False),
)

goals = Table(
    "goals",
    metadata,
    Column("site", ForeignKey("sites.key", ondelete="CASCADE"), primary_key=True),
    Column("event", Text, primary_key=True, comment="a declared event's name"),
    Column("name", Text, nullable=False),
)
