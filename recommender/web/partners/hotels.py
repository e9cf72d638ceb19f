"""Through which hotel a shared plan was made: named on its page and in its files, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio.to_thread
from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.requests import Request

from recommender.exports import Credit
from recommender.i18n import text
from recommender.markup import tag
from recommender.partners import Partner, attribution, find, links
from recommender.web.answers import site_of

if TYPE_CHECKING:
    from recommender.trip.sharing import SharedTrip


@dataclass(frozen=True, slots=True)
class Through:
    """The hotel of one plan; empty for plans that were made through none."""

    partner: Partner | None
    link: str
    lang: str
    channel: str = "other"

    @property
    def box(self) -> Markup | None:
        """For the page of the plan: which hotel, and whom to call."""
        if self.partner is None:
            return None
        hotel = self.partner.hotel
        words = text("partners.page.made_at", self.lang, hotel=hotel.name(self.lang))
        return tag("p", words, " · ", tag("a", hotel.phone, href=f"tel:{hotel.dialled}"), class_="fine-box")

    def in_file(self, form: str) -> Credit | None:
        """For a file of the plan: the same, and the link that leads back."""
        if self.partner is None:
            return None
        return links.credit(self.partner, form, self.lang, self.link)

    @property
    def form(self) -> str:
        """Where the form is with which such a trip is planned."""
        return "/plain" if self.partner is None else f"/h/{self.partner.token()}"

    @property
    def carried(self) -> dict[str, str]:
        """What an address carries along, so that the next plan is the hotel's too."""
        if self.partner is None:
            return {}
        return {links.HOTEL: self.partner.token(), **attribution.tags(self.partner.id, self.channel)}


async def credit(trip: SharedTrip, request: Request, lang: str, kind: str) -> tuple[Through, BackgroundTask | None]:
    """The hotel of a shared plan, and what counts that it was opened, taken along or handed on; nothing of who did."""
    whose = trip.plan.partner
    partner = await anyio.to_thread.run_sync(find, whose) if whose else None
    if partner is None:
        return Through(None, "", lang), None
    channel = attribution.channel_of(request.query_params, trip.plan.channel or "other")
    site = site_of(request)
    counted = BackgroundTask(attribution.count, partner.id, kind, channel) if request.method == "GET" else None
    return Through(partner, f"{site}/p/{trip.plan.read_token}", lang, channel), counted
