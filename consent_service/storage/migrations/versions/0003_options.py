"""A site's options: how its snippet looks and behaves."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("sites") as sites:
        sites.add_column(
            sa.Column(
                "options",
                sa.Text,
                nullable=False,
                server_default="{}",
                comment="JSON: those that differ from the defaults",
            )
        )
