"""Scripts that pages have pinned by their digest."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "pins",
        sa.Column("site", sa.String(32), sa.ForeignKey("sites.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("digest", sa.String(32), primary_key=True),
        sa.Column("script", sa.Text, nullable=False),
        comment="Scripts of pages that embed them by their digest, and so need each as it was.",
    )
