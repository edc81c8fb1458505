"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column(
            "totp",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="the secret, encrypted; empty if there is none",
        ),
        sa.Column(
            "totp_step", sa.BigInteger(), server_default="0", nullable=False, comment="the last one used: no code twice"
        ),
        sa.PrimaryKeyConstraint("email"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("details", sa.Text(), nullable=False, comment="JSON"),
        sa.PrimaryKeyConstraint("id"),
        comment="What owners did.",
    )
    op.create_table(
        "cells",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("dimension", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("views", sa.BigInteger(), nullable=False),
        sa.Column("visits", sa.BigInteger(), nullable=False),
        sa.Column("visitors", sa.BigInteger(), nullable=False),
        sa.Column("engaged_visits", sa.BigInteger(), nullable=False),
        sa.Column("engaged_seconds", sa.BigInteger(), nullable=False),
        sa.Column(
            "marks",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="what the counts of a closed period alone do not say",
        ),
        sa.PrimaryKeyConstraint("site", "period", "dimension", "value"),
        comment="Released cells of open periods, published rows of closed ones; none has a support below k.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="One row: moves when a site or notice changes, so that every machine reads anew.",
    )
    op.create_table(
        "closed_periods",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(length=5), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the published rows"),
        sa.PrimaryKeyConstraint("site", "period"),
        comment="The settings in force when a period became final.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "invitations",
        sa.Column("token_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the secret in the link"),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False, comment="a key, or * for every site"),
        sa.Column("role", sa.String(length=6), nullable=False),
        sa.Column("ends", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "loads",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("spool", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="Files of saved spools that were loaded, so that none is loaded twice.",
    )
    op.create_table(
        "quarter_keys",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("quarter"),
        comment="Which secret key signs which quarter, by fingerprint.",
    )
    op.create_table(
        "sites",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hosts", sa.Text(), nullable=False, comment="a JSON list of host names"),
        sa.Column(
            "created_on",
            sa.String(length=10),
            nullable=False,
            comment="the site's day; periods before it are not closed",
        ),
        sa.Column(
            "options",
            sa.Text(),
            server_default="{}",
            nullable=False,
            comment="JSON: those that differ from the defaults",
        ),
        sa.Column(
            "days_from",
            sa.String(length=10),
            server_default="",
            nullable=False,
            comment="days and weeks before it are not kept",
        ),
        sa.Column(
            "has_hits",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="whether one ever came; never unset",
        ),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "spools",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("last_batch", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.Float(), nullable=False, comment="seconds since 1970, to the minute"),
        sa.Column("handed_over", sa.Float(), server_default="0", nullable=False, comment="seconds since 1970"),
        sa.PrimaryKeyConstraint("id"),
        comment="One row per spool: the last batch applied from it, and how far it has handed over.",
    )
    op.create_table(
        "annotations",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "id"),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(length=12), nullable=False, comment="by which its owner tells it from others"),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False, comment="a key, or * for every site of the account"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False, comment="a JSON list"),
        sa.Column("made_on", sa.String(length=10), nullable=False),
        sa.Column("used_on", sa.String(length=10), server_default="", nullable=False, comment="the last day, or empty"),
        sa.Column("ends_on", sa.String(length=10), server_default="", nullable=False, comment="the last day, or empty"),
        sa.ForeignKeyConstraint(["email"], ["accounts.email"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "goals",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("event", sa.Text(), nullable=False, comment="a declared event's name"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "event"),
    )
    op.create_table(
        "notices",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("document", sa.Text(), nullable=False, comment="canonical JSON: terms and texts"),
        sa.Column("current_from", sa.String(length=7), nullable=False, comment="a month"),
        sa.Column(
            "published_on",
            sa.String(length=10),
            server_default="",
            nullable=False,
            comment="the site's day; empty if not noted",
        ),
        sa.ForeignKeyConstraint(["site"], ["sites.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "position"),
    )
    op.create_table(
        "pins",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("script", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "digest"),
        comment="Scripts of pages that embed them by their digest, and so need each as it was.",
    )
    op.create_table(
        "recovery_codes",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["email"], ["accounts.email"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("email", "code_hash"),
        comment="Codes that stand in once each for a lost device.",
    )
    op.create_table(
        "roles",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False, comment="a key, or * for every site"),
        sa.Column("role", sa.String(length=6), nullable=False, comment="viewer, editor or owner"),
        sa.ForeignKeyConstraint(["email"], ["accounts.email"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("email", "site"),
    )
    op.create_table(
        "sessions",
        sa.Column(
            "id_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the secret in the owner's cookie"
        ),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("ends", sa.Float(), nullable=False),
        sa.Column("began", sa.Float(), server_default="0", nullable=False),
        sa.Column(
            "browser", sa.Text(), server_default="", nullable=False, comment="family and system, for the owner's list"
        ),
        sa.ForeignKeyConstraint(["email"], ["accounts.email"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id_hash"),
    )
    op.create_table(
        "share_links",
        sa.Column("id", sa.String(length=12), nullable=False, comment="by which the site's people tell it from others"),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "frame_hosts", sa.Text(), server_default="[]", nullable=False, comment="JSON: origins that may embed it"
        ),
        sa.Column("made_on", sa.String(length=10), nullable=False),
        sa.Column("ends_on", sa.String(length=10), nullable=False, comment="the last day"),
        sa.ForeignKeyConstraint(["site"], ["sites.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "id"),
    )

    op.execute("INSERT INTO changes (id, generation) VALUES (1, 1)")
