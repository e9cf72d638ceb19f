"""Every error that a caller may meet.

RecommenderError
├── RequestError(ValueError)          the request is malformed or contradicts itself or the catalogue
├── UnknownPlace(LookupError)         no place of that id in this revision
├── CatalogInvalid(ValueError)        data files break the schema; carries every problem
├── OpeningHoursSyntax(ValueError)    an opening-hours expression cannot be read
├── DateRuleSyntax(ValueError)        an event's date rule cannot be read
├── NoRoute(LookupError)              two places are not connected in this mode
├── InfeasibleTrip(ValueError)        the wishes cannot all be met; carries the conflict and ways out
├── ItineraryInvalid(ValueError)      a file that should hold an itinerary does not
├── ShareLinkError(LookupError)       no shared plan behind a link, or no more
├── RevisionConflict(RuntimeError)    what is to be changed was changed by somebody else meanwhile
│   ├── DraftChanged                  a draft is not what it was when it was looked at
│   └── EditConflict                  two people changed the same cells; carries both versions of each
├── TooOften(RuntimeError)            more than is taken at a time; come back a little later
├── PermissionDenied(PermissionError) this person may not do that
├── LoginFailed(PermissionError)      name and password do not open anything
├── TooManyAttempts(PermissionError)  somebody has tried too often; says when to come back
├── PartnerTokenError(PermissionError) a hotel partner's link was not made by us, is too old, or was withdrawn
├── OneTimeLinkError(LookupError)     a one-time link was used, is too old, or never was
├── NotFound(LookupError)             no such draft, record, revision, publication or account
├── FormatUnavailable(RuntimeError)   a kind of file cannot be written on this machine
└── StoreUnavailable(ConnectionError) the database cannot be used right now

Codes are stable; words live in ``i18n/errors.toml`` under the same code.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with some input.

    Attributes
    ----------
    field
        Where: a request field (``locks[0].time``) or ``file:row:column``.
    value
        What was given, as text.
    code
        Stable message code, ``i18n/errors.toml``.
    args
        Values that the message names, for example what is allowed.
    """

    field: str
    value: str
    code: str
    args: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def message(self, lang: str = "en") -> str:
        """The problem in words, with the way out."""
        from recommender.i18n import text

        return text(f"errors.{self.code}", lang, **{"field": self.field, "value": self.value, **self.args})


class RecommenderError(Exception):
    """Base of all errors here; never raised itself."""

    code = "error"

    def __init__(self, problems: Sequence[Problem] = (), **detail: Any) -> None:
        self.problems = tuple(problems)
        self.detail = detail
        super().__init__("; ".join(p.message("en") for p in self.problems) or self.code)

    def message(self, lang: str = "en") -> str:
        """One line for people: the problems, or the code's own sentence."""
        from recommender.i18n import text

        if self.problems:
            return "\n".join(p.message(lang) for p in self.problems)
        return text(f"errors.{self.code}", lang, **self.detail)

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """The one shape in which every door reports an error."""
        return {
            "error": {
                "code": self.code,
                "message": self.message(lang),
                "problems": [{"field": p.field, "value": p.value, "message": p.message(lang)} for p in self.problems],
                **self.detail,
            }
        }


class RequestError(RecommenderError, ValueError):
    code = "request_invalid"


class UnknownPlace(RecommenderError, LookupError):
    code = "unknown_place"


class CatalogInvalid(RecommenderError, ValueError):
    code = "catalog_invalid"


class OpeningHoursSyntax(RecommenderError, ValueError):
    code = "opening_hours_syntax"


class DateRuleSyntax(RecommenderError, ValueError):
    code = "date_rule_syntax"


class NoRoute(RecommenderError, LookupError):
    code = "no_route"


class InfeasibleTrip(RecommenderError, ValueError):
    """The wishes cannot all be met.

    ``detail["conflict"]`` lists the request fields or place ids that clash, the smallest such set;
    ``detail["relaxations"]`` lists changes of the request that were tried and work.
    """

    code = "infeasible_trip"


class ItineraryInvalid(RecommenderError, ValueError):
    code = "itinerary_invalid"


class ShareLinkError(RecommenderError, LookupError):
    code = "share_link"


class RevisionConflict(RecommenderError, RuntimeError):
    """Somebody else was quicker; ``detail["version"]`` is the version there is now. Nothing was changed."""

    code = "revision_conflict"


class StoreUnavailable(RecommenderError, ConnectionError):
    code = "store_unavailable"


class FormatUnavailable(RecommenderError, RuntimeError):
    """Something that the files of a kind are made with is missing or damaged; other kinds can be had."""

    code = "format_unavailable"


class TooOften(RecommenderError, RuntimeError):
    """More of something than is taken at a time; ``detail["retry_after_s"]`` says in how many seconds to come back."""

    code = "too_often"


class DraftChanged(RevisionConflict):
    """``detail["version"]`` is the draft's version now, ``detail["state"]`` its state. Nothing was changed."""

    code = "draft_changed"


class EditConflict(RevisionConflict):
    """Two people changed the same cells in different ways; nothing was changed.

    ``detail["conflicts"]`` lists ``{"table", "key", "column", "base", "mine", "theirs"}``; ``column`` is empty where one of them
    removed the record.
    """

    code = "edit_conflict"


class PermissionDenied(RecommenderError, PermissionError):
    """``detail["action"]`` is what was asked for, ``detail["role"]`` what the person is."""

    code = "permission_denied"


class LoginFailed(RecommenderError, PermissionError):
    code = "login_failed"


class TooManyAttempts(RecommenderError, PermissionError):
    """``detail["minutes"]`` says after how many one may try again."""

    code = "too_many_attempts"


class OneTimeLinkError(RecommenderError, LookupError):
    code = "one_time_link"


class PartnerTokenError(RecommenderError, PermissionError):
    """``detail["reason"]`` is ``forged``, ``expired`` or ``revoked``."""

    code = "partner_token"


class NotFound(RecommenderError, LookupError):
    """``detail["what"]`` says of which kind: ``draft``, ``record``, ``revision``, ``account``, ``partner`` and so on."""

    code = "not_found"
