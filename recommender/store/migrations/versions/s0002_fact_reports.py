"""Reports of wrong facts: what visitors say, and nothing of who they are."""

import sqlalchemy as sa
from alembic import op

revision = "0002_fact_reports"
down_revision = "0001_shared_plans"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "fact_reports",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("place", sa.String(80), nullable=False),
        sa.Column("field", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("revision", sa.String(80), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("sent", sa.DateTime(timezone=True), nullable=False, index=True),
    )


def downgrade() -> None:
    """Drop it, and every report with it."""
    op.drop_table("fact_reports")
