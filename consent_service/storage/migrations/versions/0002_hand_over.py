"""Several machines: how far each spool has handed over what it held of periods that are over."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("spools") as spools:
        spools.add_column(sa.Column("handed_over", sa.Float, nullable=False, server_default="0"))
