"""What outlives the process: one small database layer, SQLite by default, PostgreSQL where the settings name one.

Shared plans are kept here (``plans``), and what the bureau works with: ``revisions``, ``drafts``, ``accounts``, ``audit``. Each
table belongs to a module that is all anybody needs to know of it; how the tables came to be is told step by step in
``migrations``, which run by themselves on first use.
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
    sweep_plans,
    update_plan,
)
from recommender.store.rate import Rate, Rates
from recommender.store.reports import LONGEST_TEXT, FactReport, KeptReport, add_report, list_reports, sweep_reports
from recommender.store.upkeep import sweep, tidy

__all__ = [
    "LONGEST_TEXT", "Content", "Database", "FactReport", "KeptReport", "Keys", "Rate", "Rates", "SharedPlan", "add_report",
    "create_plan", "database", "delete_plan", "get_plan", "get_plan_to_edit", "list_reports", "sweep", "sweep_plans",
    "sweep_reports", "tidy", "update_plan",
]  # fmt: skip
