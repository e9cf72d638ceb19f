"""Publications carry the bureau's rules: the hash of their text among the contents, none where nothing was ruled."""

import sqlalchemy as sa
from alembic import op

revision = "0007_rules"
down_revision = "0006_partners"


def upgrade() -> None:
    """Add the columns; what was published until now had no rules."""
    op.add_column("publications", sa.Column("rules", sa.String(64), nullable=True))
    op.add_column("publications", sa.Column("base_rules", sa.String(64), nullable=True))


def downgrade() -> None:
    """Forget which rules held; their texts stay."""
    op.drop_column("publications", "base_rules")
    op.drop_column("publications", "rules")
