"""The bureau: revisions, publications, drafts, people, audit; what has happened can be added to and never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0004_bureau"
down_revision = "0003_plans_opened"

FOREVER = ("contents", "revisions", "edits", "audit")
"""Tables whose rows stay as they were written."""


def upgrade() -> None:
    """Make the tables, and let the database itself refuse to rewrite what has happened."""
    _make_data()
    _make_people()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME; END $$"
        )
    for table in FOREVER:
        _protect(table)


def _make_data() -> None:
    op.create_table("contents", sa.Column("hash", sa.String(64), primary_key=True), sa.Column("text", sa.Text, nullable=False))
    op.create_table(
        "revisions",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("tables", sa.Text, nullable=False),
        sa.Column("parent", sa.String(80)),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
    )
    op.create_table(
        "publications",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("revision", sa.String(80), nullable=False),
        sa.Column("base", sa.String(80)),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("draft", sa.Integer),
        sa.Column("undoes", sa.Integer),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("ordered", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("base", sa.String(80), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("revision", sa.String(80)),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "edits",
        sa.Column("draft", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sheet", sa.String(40), primary_key=True),
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("cells", sa.Text, nullable=False),
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )


def _make_people() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("email", sa.String(320), unique=True),
        sa.Column("subject", sa.String(600), unique=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("account", sa.Integer, nullable=False, index=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "one_time_links",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("account", sa.Integer),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "login_attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("bucket", sa.String(80), nullable=False, index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def _protect(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER keep_{table} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
        )
        op.execute(
            f"CREATE TRIGGER keep_all_{table} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER keep_{table}_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
        )


def downgrade() -> None:
    """Drop them, and all that the bureau has done with them."""
    for table in ("login_attempts", "one_time_links", "sessions", "accounts", "audit", "edits", "drafts", "publications",
                  "revisions", "contents"):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_rewriting()")
