"""What keeps the data good: reports settled, what visitors asked for in vain, pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0005_keeping"
down_revision = "0004_bureau"


def upgrade() -> None:
    """Add what became of a report, and make the tables."""
    with op.batch_alter_table("fact_reports") as reports:
        reports.add_column(sa.Column("outcome", sa.String(16), nullable=True))
        reports.add_column(sa.Column("note", sa.Text, nullable=True))
        reports.add_column(sa.Column("settled", sa.DateTime(timezone=True), nullable=True))
        reports.add_column(sa.Column("settled_by", sa.String(80), nullable=True))
    op.create_table(
        "demand",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("subject", sa.String(80), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
    )
    op.create_table(
        "pictures",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("media", sa.String(40), nullable=False),
        sa.Column("width_px", sa.Integer, nullable=False),
        sa.Column("height_px", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
    )


def downgrade() -> None:
    """Drop them, and forget what became of reports."""
    op.drop_table("pictures")
    op.drop_table("demand")
    with op.batch_alter_table("fact_reports") as reports:
        for column in ("settled_by", "settled", "note", "outcome"):
            reports.drop_column(column)
