"""Hotel partners as callers of the API: counted by their own token, their sites allowed to ask from scripts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import anyio.to_thread
from starlette.requests import Request

from recommender import partners
from recommender.errors import PartnerTokenError, StoreUnavailable

HEADER: Final = "x-partner-token"


@dataclass(frozen=True, slots=True)
class _Hotel:
    key: str
    requests_per_minute: int | None = None
    plans_per_minute: int | None = None


class Hotels:
    """What the limits and the rules for other sites ask about partners."""

    async def partner_of(self, request: Request) -> _Hotel | None:
        """The hotel whose token a request carries.

        Raises
        ------
        PartnerTokenError
            The token is not ours, is too old, or was withdrawn.
        StoreUnavailable
            Nobody can be looked up.
        """
        token = request.headers.get(HEADER)
        if token is None:
            return None
        visit = await anyio.to_thread.run_sync(partners.visit, token)
        if visit.partner is None:
            raise PartnerTokenError(reason=visit.wrong)
        return _Hotel(visit.partner.id)

    def allowed_origins(self) -> Collection[str]:
        """The sites of every hotel; none while nobody can be looked up."""
        try:
            return partners.origins()
        except StoreUnavailable:
            return ()
