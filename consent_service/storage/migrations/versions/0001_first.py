"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    changes = op.create_table(
        "changes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        comment="One row: moves when a site or notice changes, so that every machine reads anew.",
    )
    op.bulk_insert(changes, [{"id": 1, "generation": 1}])
    op.create_table(
        "quarter_keys",
        sa.Column("quarter", sa.String(6), primary_key=True),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        comment="Which secret key signs which quarter, by fingerprint.",
    )
    op.create_table(
        "sites",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hosts", sa.Text, nullable=False, comment="a JSON list of host names"),
        sa.Column(
            "created_on", sa.String(10), nullable=False, comment="the site's day; periods before it are not closed"
        ),
    )
    op.create_table(
        "notices",
        sa.Column("site", sa.String(32), sa.ForeignKey("sites.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("document", sa.Text, nullable=False, comment="canonical JSON: terms and texts"),
        sa.Column("current_from", sa.String(7), nullable=False, comment="a month"),
    )
    op.create_table(
        "cells",
        sa.Column("site", sa.String(32), primary_key=True),
        sa.Column("period", sa.String(10), primary_key=True),
        sa.Column("dimension", sa.String(20), primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("views", sa.BigInteger, nullable=False),
        sa.Column("visits", sa.BigInteger, nullable=False),
        sa.Column("visitors", sa.BigInteger, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
        sa.Column("engaged_visits", sa.BigInteger, nullable=False),
        sa.Column("engaged_seconds", sa.BigInteger, nullable=False),
        comment="Released cells of open periods, all cells of closed ones; none has a support below k.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "closed_periods",
        sa.Column("site", sa.String(32), primary_key=True),
        sa.Column("period", sa.String(10), primary_key=True),
        sa.Column("threshold", sa.Integer, nullable=False),
        sa.Column("detail", sa.String(5), nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 of the published rows"),
        comment="The settings in force when a period became final.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spools",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("last_batch", sa.BigInteger, nullable=False),
        sa.Column("last_seen", sa.Float, nullable=False, comment="seconds since 1970, to the minute"),
        comment="One row per spool: the last batch applied from it.",
    )
    op.create_table(
        "loads",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("spool", sa.String(32), nullable=False),
        comment="Files of saved spools that were loaded, so that none is loaded twice.",
    )
    op.create_table(
        "accounts",
        sa.Column("email", sa.String(254), primary_key=True),
        sa.Column("password_hash", sa.Text, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.String(64), primary_key=True, comment="SHA-256 of the secret in the owner's cookie"),
        sa.Column("email", sa.String(254), sa.ForeignKey("accounts.email", ondelete="CASCADE"), nullable=False),
        sa.Column("ends", sa.Float, nullable=False),
    )
