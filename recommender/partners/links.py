"""What a hotel pastes: addresses and snippets, one for each way, all of them plain links where scripts or frames are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from recommender.exports import Credit
from recommender.i18n import text
from recommender.markup import tag
from recommender.partners import theme
from recommender.partners.attribution import CHANNELS, tags
from recommender.partners.hotel import Hotel
from recommender.partners.register import Partner

HEIGHT_PX: Final = 640
WIDTH_PX: Final = 480
LEAST_PX: Final = (320, 200)
SNIPPETS: Final = ("link", "button", "iframe", "script", "oembed")
HOTEL: Final = "hotel"
"""The full planner's parameter that holds a token; Streamlit keeps ``embed`` for itself and hides it from pages."""


@dataclass(frozen=True, slots=True)
class Kit:
    """Everything of one token under one site.

    Attributes
    ----------
    site
        How this server's addresses begin, without a slash at the end.
    token
        A token of the partner.
    lang
        In which language the snippets' words are.
    """

    site: str
    partner: str
    hotel: Hotel
    token: str
    lang: str

    def address(self, room: str = "h", channel: str = "") -> str:
        """A page of the hotel's: ``h``, ``embed``, ``desk``, ``lobby`` or ``mini``."""
        query = f"?{urlencode(tags(self.partner, channel))}" if channel else ""
        return f"{self.site}/{room}/{self.token}{query}"

    @property
    def words(self) -> str:
        """What a link says."""
        return text("partners.snippet.words", self.lang, hotel=self.hotel.name(self.lang))

    def snippet(self, name: str) -> str:
        """One of `SNIPPETS`, in one line."""
        made: str = getattr(self, f"_{name}")()
        return made

    def _link(self) -> str:
        return str(tag("a", self.words, href=self.address("h", "link")))

    def _button(self) -> str:
        colours = self.hotel.colours or theme.Colours("#8c2f1b", "#faf6ee")
        on = theme.tints_of(colours)["on"]
        filled = f"background:{colours.accent};color:{on}"
        look = f"display:inline-block;padding:12px 20px;border-radius:10px;text-decoration:none;{filled}"
        return str(tag("a", self.words, href=self.address("h", "button"), style=look))

    def _iframe(self) -> str:
        return frame_html(self.address("embed", "iframe"), self.words, width="100%", height=HEIGHT_PX)

    def _script(self) -> str:
        link = tag("a", self.words, href=self.address("h", "script"), data_jinzhong="")
        return str(link + tag("script", src=f"{self.site}/embed.js", async_=True))

    def _oembed(self) -> str:
        """For a site that asks by itself: the address is all it needs."""
        return self.address("h", "oembed")

    def discovery(self, address: str) -> str:
        """Where a site learns how to embed ``address``."""
        return f"{self.site}/oembed?{urlencode({'url': address, 'format': 'json'})}"


def frame_html(address: str, title: str, *, width: str | int, height: int) -> str:
    """A frame, with a link in it for who shows none."""
    look = f"border:0;width:100%;max-width:{width}px" if isinstance(width, int) else f"border:0;width:{width}"
    inside = tag("a", title, href=address)
    return str(tag("iframe", inside, src=address, title=title, width=width, height=height, loading="lazy", style=look))


def full_planner(wish: Mapping[str, str], token: str, lang: str, channel: str, partner: str) -> str:
    """The full planner with a wish, as the address says it, and the hotel it begins at."""
    return f"/?{urlencode({**wish, HOTEL: token, 'lang': lang, **tags(partner, channel)})}"


def credit(partner: Partner, form: str, lang: str, address: str) -> Credit:
    """For a file of a plan made through a hotel: which one, whom to call, and the link that leads back."""
    words = text("partners.credit.plan", lang, hotel=partner.hotel.name(lang), phone=partner.hotel.phone)
    carried = urlencode({"lang": lang, **tags(partner.id, form if form in CHANNELS else "other")})
    return Credit(words, f"{address}{'&' if '?' in address else '?'}{carried}")


__all__ = ["HEIGHT_PX", "HOTEL", "LEAST_PX", "SNIPPETS", "WIDTH_PX", "Kit", "credit", "frame_html", "full_planner"]
