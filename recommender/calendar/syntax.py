"""Syntax problems of hours and date rules, told in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.errors import DateRuleSyntax, OpeningHoursSyntax, Problem
from recommender.i18n import text


@dataclass(frozen=True)
class SyntaxProblem(Problem):
    """A problem whose reason is itself a message: ``args["reason"]`` is a key of ``i18n/calendar.toml``."""

    def message(self, lang: str = "en") -> str:
        reason = text(f"calendar.{self.args['reason']}", lang, **{k: v for k, v in self.args.items() if k != "reason"})
        return text(f"errors.{self.code}", lang, field=self.field, value=self.value, reason=reason)


def hours_error(value: str, reason: str, /, **args: object) -> OpeningHoursSyntax:
    """The error for an hours expression or a last entry that cannot be read."""
    return OpeningHoursSyntax(
        [SyntaxProblem("opening_hours", _short(value), "opening_hours_syntax", {"reason": reason, **args})]
    )


def rule_error(value: str, reason: str, /, **args: object) -> DateRuleSyntax:
    """The error for a date rule that cannot be read."""
    return DateRuleSyntax([SyntaxProblem("rule", _short(value), "date_rule_syntax", {"reason": reason, **args})])


def _short(value: str) -> str:
    return value if len(value) <= 120 else value[:117] + "…"
