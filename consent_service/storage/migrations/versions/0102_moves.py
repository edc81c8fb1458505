"""Where the counts come from and where they went: restored backups, and a database that was left."""

import sqlalchemy as sa
from alembic import op

revision = "0102"
down_revision = "0101"


def upgrade() -> None:
    op.create_table(
        "restores",
        sa.Column("restored_at", sa.Float(), autoincrement=False, nullable=False, comment="seconds since 1970"),
        sa.Column("known_until", sa.Float(), nullable=False, comment="seconds since 1970: when the backup was made"),
        sa.PrimaryKeyConstraint("restored_at"),
        comment="Backups that were restored: periods that had begun by then are published as lower bounds.",
    )
    op.create_table(
        "moved",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(), nullable=False, comment="the address without its password"),
        sa.PrimaryKeyConstraint("id"),
        comment="One row once everything was moved to another database; nothing works on this one then.",
    )
