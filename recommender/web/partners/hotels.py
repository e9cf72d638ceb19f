"""Through which hotel a shared plan was made: named on its page and in its files, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import anyio.to_thread
from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.requests import Request

from recommender.exports import Credit
from recommender.i18n import text
from recommender.markup import tag
from recommender.partners import Partner, attribution, find
from recommender.settings import settings

if TYPE_CHECKING:
    from recommender.trip.sharing import SharedTrip


@dataclass(frozen=True, slots=True)
class Through:
    """The hotel of one plan; empty for plans that were made through none."""

    partner: Partner | None
    link: str
    lang: str

    @property
    def box(self) -> Markup | None:
        """For the page of the plan: which hotel, and whom to call."""
        if self.partner is None:
            return None
        hotel = self.partner.hotel
        number = "".join(mark for mark in hotel.phone if mark in "+0123456789")
        words = text("partners.page.made_at", self.lang, hotel=hotel.name(self.lang))
        return tag("p", words, " · ", tag("a", hotel.phone, href=f"tel:{number}"), class_="fine-box")

    def in_file(self, form: str) -> Credit | None:
        """For a file of the plan: the same, and the link that leads back."""
        if self.partner is None:
            return None
        hotel = self.partner.hotel
        words = text("partners.credit.plan", self.lang, hotel=hotel.name(self.lang), phone=hotel.phone)
        medium = form if form in attribution.CHANNELS else "other"
        return Credit(words, f"{self.link}?{urlencode({'lang': self.lang, **attribution.tags(self.partner.id, medium)})}")


NOBODY: Final = Through(None, "", "")


async def credit(trip: SharedTrip, request: Request, lang: str, kind: str) -> tuple[Through, BackgroundTask | None]:
    """The hotel of a shared plan, and what counts that it was opened, taken along or handed on; nothing of who did."""
    whose = trip.plan.partner
    partner = await anyio.to_thread.run_sync(find, whose) if whose else None
    if partner is None:
        return NOBODY, None
    channel = attribution.channel_of(request.query_params, trip.plan.channel or "other")
    site = settings().public_url or str(request.base_url).rstrip("/")
    counted = BackgroundTask(attribution.count, partner.id, kind, channel) if request.method == "GET" else None
    return Through(partner, f"{site}/p/{trip.plan.read_token}", lang), counted
