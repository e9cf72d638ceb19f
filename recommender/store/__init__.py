"""What outlives the process: one small database layer, SQLite by default, PostgreSQL where the settings name one.

Each table belongs to a module here that is all anybody needs to know of it; how the tables came to be is told step by step
in ``migrations``, which run by themselves on first use.
"""

from recommender.store.database import Database, database
from recommender.store.plans import (
    Content,
    Keys,
    SharedPlan,
    create_plan,
    delete_plan,
    get_plan,
    get_plan_to_edit,
    update_plan,
)

__all__ = [
    "Content", "Database", "Keys", "SharedPlan", "create_plan", "database", "delete_plan", "get_plan", "get_plan_to_edit",
    "update_plan",
]  # fmt: skip
