"""Shared plans: the first table."""

import sqlalchemy as sa
from alembic import op

revision = "0001_shared_plans"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "shared_plans",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("read_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("read_token", sa.String(64), nullable=False),
        sa.Column("edit_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("revision", sa.String(80), nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("itinerary", sa.Text, nullable=False),
        sa.Column("places", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop it, and every shared plan with it."""
    op.drop_table("shared_plans")
