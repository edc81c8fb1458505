"""The owner's side: roles, second factors, invitations, the audit trail, tokens, shared links, annotations, goals."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _accounts()
    _access()
    _sites()


def _accounts() -> None:
    op.add_column("accounts", sa.Column("totp", sa.Text, nullable=False, server_default=""))
    op.add_column("accounts", sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("sessions", sa.Column("began", sa.Float, nullable=False, server_default="0"))
    op.add_column("sessions", sa.Column("browser", sa.Text, nullable=False, server_default=""))
    op.execute("UPDATE sessions SET began = ends - 1209600")  # they last fourteen days
    op.create_table(
        "recovery_codes",
        sa.Column("email", sa.String(254), sa.ForeignKey("accounts.email", ondelete="CASCADE"), primary_key=True),
        sa.Column("code_hash", sa.String(64), primary_key=True),
        comment="Codes that stand in once each for a lost device.",
    )


def _access() -> None:
    op.create_table(
        "roles",
        sa.Column("email", sa.String(254), sa.ForeignKey("accounts.email", ondelete="CASCADE"), primary_key=True),
        sa.Column("site", sa.String(32), primary_key=True, comment="a key, or * for every site"),
        sa.Column("role", sa.String(6), nullable=False, comment="viewer, editor or owner"),
    )
    # Until now every account might do everything.
    op.execute("INSERT INTO roles (email, site, role) SELECT email, '*', 'owner' FROM accounts")
    op.create_table(
        "invitations",
        sa.Column("token_hash", sa.String(64), primary_key=True, comment="SHA-256 of the secret in the link"),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("site", sa.String(32), nullable=False, comment="a key, or * for every site"),
        sa.Column("role", sa.String(6), nullable=False),
        sa.Column("ends", sa.Float, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("site", sa.String(32), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("details", sa.Text, nullable=False, comment="JSON"),
        comment="What owners did.",
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(12), primary_key=True, comment="by which its owner tells it from others"),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("email", sa.String(254), sa.ForeignKey("accounts.email", ondelete="CASCADE"), nullable=False),
        sa.Column("site", sa.String(32), nullable=False, comment="a key, or * for every site of the account"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False, comment="a JSON list"),
        sa.Column("made_on", sa.String(10), nullable=False),
        sa.Column("used_on", sa.String(10), nullable=False, server_default="", comment="the last day, or empty"),
        sa.Column("ends_on", sa.String(10), nullable=False, server_default="", comment="the last day, or empty"),
    )


def _sites() -> None:
    op.add_column("sites", sa.Column("days_from", sa.String(10), nullable=False, server_default=""))
    op.add_column("notices", sa.Column("published_on", sa.String(10), nullable=False, server_default=""))
    op.create_table(
        "share_links",
        sa.Column("id", sa.String(12), primary_key=True, comment="by which the site's people tell it from others"),
        sa.Column("site", sa.String(32), sa.ForeignKey("sites.key", ondelete="CASCADE"), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column(
            "frame_hosts", sa.Text, nullable=False, server_default="[]", comment="JSON: origins that may embed it"
        ),
        sa.Column("made_on", sa.String(10), nullable=False),
        sa.Column("ends_on", sa.String(10), nullable=False, comment="the last day"),
    )
    op.create_table(
        "annotations",
        sa.Column("site", sa.String(32), sa.ForeignKey("sites.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "goals",
        sa.Column("site", sa.String(32), sa.ForeignKey("sites.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("event", sa.Text, primary_key=True, comment="a declared event's name"),
        sa.Column("name", sa.Text, nullable=False),
    )
