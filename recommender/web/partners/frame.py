"""The frame of a hotel's pages: its colours, its name, whom to call, and the way to everything else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

from recommender.i18n import text
from recommender.markup import EMPTY, join, tag, void
from recommender.partners import Visit, theme
from recommender.partners.attribution import MEDIUM, tags
from recommender.partners.hotel import Hotel
from recommender.trip.narrate.page import document
from recommender.web.plain.pages import PRIVACY, style
from recommender.web.shell import SEAL

ROOMS: Final = ("h", "embed", "mini")
HOUSE: Final = ("desk", "lobby")
PREVIEW: Final = "preview"
_FROM_AFAR: Final = "@media(min-width:1000px){html{font-size:19px}}@media(min-width:1600px){html{font-size:27px}}"
"""A screen is read from across the room."""
_CLASSES: Final = {"embed": "embedded", "lobby": "screen"}


@dataclass(frozen=True, slots=True)
class Room:
    """Where one request stands.

    Attributes
    ----------
    name
        ``h`` for the page of its own, ``embed`` for frames, ``mini`` for mini-programs, ``desk``, ``lobby``.
    token
        As it stands in the address, whether it holds or not.
    channel
        By which way the guest came.
    site
        How this server's addresses begin.
    sites
        Which sites may show the page, where it is one for frames.
    silent
        Whether the visit is counted nowhere: it is the hotel's own look at its page, or nobody's.
    """

    name: str
    token: str
    visit: Visit
    lang: str
    channel: str
    site: str
    sites: tuple[str, ...] = ()
    silent: bool = False

    @property
    def hotel(self) -> Hotel | None:
        """Whose page it is; None where the link does not hold."""
        return None if self.visit.partner is None else self.visit.partner.hotel

    @property
    def framed(self) -> bool:
        """Whether it may stand within another page."""
        return self.name == "embed"

    def path(self, rest: str = "", params: Mapping[str, str] | None = None, *, room: str = "") -> str:
        """A page of the same hotel, with the way the guest came."""
        carried = {**(params or {}), "lang": self.lang, **self.carried}
        return f"/{room or self.name}/{self.token}{rest}?{urlencode(carried)}"

    @property
    def carried(self) -> dict[str, str]:
        """What goes along from page to page so that the way is known."""
        partner = self.visit.partner
        way = tags(partner.id, self.channel) if partner is not None else {MEDIUM: self.channel}
        return way | ({PREVIEW: "1"} if self.silent else {})


def house_page(
    room: Room, title: str, parts: Sequence[Markup | None], *, head: Markup = EMPTY, switch: str | None = None,
    heading: str = "", script: bool = False,
) -> str:  # fmt: skip
    """A page in the hotel's frame; ``switch`` is the address of the same in the other language."""
    other = "en" if room.lang == "zh" else "zh"
    language = tag("a", text("plain.language", room.lang), href=switch, lang=other, hreflang=other) if switch else None
    nav = tag("nav", language, aria_label=text("plain.menu", room.lang)) if switch else None
    body = [
        tag("header", *_brand(room, heading or title), nav, class_="house"),
        tag("main", *parts, call_box(room)),
        _foot(room),
    ]
    name = _CLASSES.get(room.name)
    inside = [tag("div", *body, class_=name) if name else join(body)]
    if script or room.framed:
        inside.append(tag("script", Markup(height_script())))  # noqa: S704 - our own file
    icon = join([void("link", rel="icon", href=SEAL), void("meta", name="robots", content="noindex")])
    colours = None if room.hotel is None else room.hotel.colours
    look = style() + _style() + (_FROM_AFAR if room.name == "lobby" else "") + theme.css(colours)
    return document(title, inside, room.lang, head=join([icon, head]), style=look)


def call_box(room: Room) -> Markup | None:
    """Whom to call."""
    hotel = room.hotel
    if hotel is None or room.name in ("desk", "lobby"):
        return None
    lang, who = room.lang, hotel.contact
    words = text("partners.page.call_who", lang, who=who) if who else text("partners.page.call", lang)
    return tag("section", tag("span", words, " "), tag("a", hotel.phone, href=f"tel:{hotel.dialled}"), class_="day call")


def _brand(room: Room, heading: str) -> list[Markup]:
    hotel = room.hotel
    if hotel is None:
        return [tag("b", text("trip.brand", room.lang), class_="serif"), tag("h1", heading)]
    logo = void("img", src=f"data:image/png;base64,{hotel.logo}", alt="") if hotel.logo else EMPTY
    return [*([logo] if logo else []), tag("b", hotel.name(room.lang), class_="serif"), tag("h1", heading)]


def _foot(room: Room) -> Markup:
    lang = room.lang
    target = "_blank" if room.framed else None
    privacy = tag("a", text("partners.page.privacy", lang), href=f"{PRIVACY}?lang={lang}", target=target, rel="noopener")
    neutral = tag("p", text("partners.page.neutral", lang)) if room.hotel else None
    return tag("footer", neutral, tag("p", text("trip.brand", lang), " · ", privacy), class_="foot-note mark-line")


@cache
def _style() -> str:
    return resources.files(__package__).joinpath("partner.css").read_text(encoding="utf-8")


@cache
def height_script() -> str:
    """What tells the page around a frame how tall it is."""
    return script_file("height.js").strip()


@cache
def script_file(name: str) -> str:
    """One of our scripts."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def height_hash() -> str:
    """By which a policy lets that one script run and no other."""
    digest = hashlib.sha256(height_script().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def embed_head(site: str, address: str, title: str, words: str, lang: str, picture: str | None = None) -> Markup:
    """What messengers show of a link to a page, and where other sites learn how to embed it."""
    from recommender.web.plain.pages import card

    found = f"{site}/oembed?{urlencode({'url': address, 'format': 'json'})}"
    link = void("link", rel="alternate", type="application/json+oembed", href=found, title=title)
    return join([card(title, words, lang, picture), void("meta", property="og:url", content=address), link])


def other_language(room: Room, rest: str, params: Mapping[str, Any]) -> str:
    """The same page in the other language."""
    kept = {**{name: str(value) for name, value in params.items()}, **room.carried, "lang": "en" if room.lang == "zh" else "zh"}
    return f"/{room.name}/{room.token}{rest}?{urlencode(kept)}"
