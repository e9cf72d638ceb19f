"""Hotel partners: who they are, what they propose, how often their links are used; shared plans remember whose they are."""

import sqlalchemy as sa
from alembic import op

revision = "0006_partners"
down_revision = "0005_keeping"


def upgrade() -> None:
    """Make the tables; plans there are already were made through no partner."""
    op.create_table(
        "partners",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("account", sa.Integer, index=True),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("keys", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "partner_proposals",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("partner", sa.String(40), nullable=False, index=True),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(80)),
        sa.Column("decided", sa.DateTime(timezone=True)),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_table(
        "partner_counts",
        sa.Column("partner", sa.String(40), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.add_column("shared_plans", sa.Column("partner", sa.String(40)))
    op.add_column("shared_plans", sa.Column("channel", sa.String(16)))


def downgrade() -> None:
    """Forget partners, and through whom plans were made."""
    op.drop_column("shared_plans", "channel")
    op.drop_column("shared_plans", "partner")
    for table in ("partner_counts", "partner_proposals", "partners"):
        op.drop_table(table)
