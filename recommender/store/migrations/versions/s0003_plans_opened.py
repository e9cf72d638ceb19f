"""Shared plans: the day on which each was last opened, so that forgotten ones can go."""

import sqlalchemy as sa
from alembic import op

revision = "0003_plans_opened"
down_revision = "0002_fact_reports"


def upgrade() -> None:
    """Add the column; plans there are already count as opened when they were last changed."""
    op.add_column("shared_plans", sa.Column("opened", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE shared_plans SET opened = updated")


def downgrade() -> None:
    """Forget when plans were opened."""
    op.drop_column("shared_plans", "opened")
