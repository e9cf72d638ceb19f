"""One run of the page: frame, language, address, the page asked for, footer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from recommender import address as url
from recommender.errors import CatalogInvalid
from recommender.i18n import LANGUAGES, best_language, text
from recommender.markup import tag
from recommender.model import TripRequest
from recommender.settings import settings
from recommender.ui import components
from recommender.ui.explore import explore_page
from recommender.ui.footer import footer
from recommender.ui.hotel import hotel_line
from recommender.ui.plan import plan_page
from recommender.ui.problems import guarded
from recommender.ui.state import Draft, Other, State, find_state, local_today, start_state

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

    from recommender.region import Region

TOP: Final = "jz-top"


def run() -> None:
    """Draw everything once; Streamlit calls this for every interaction."""
    known = find_state()
    asked = st.query_params.get("lang")
    if known is not None:
        lang = known.lang
    elif asked in LANGUAGES:
        lang = asked
    else:
        lang = best_language(asked or st.context.locale)
    st.set_page_config(page_title=text("ui.brand.window", lang), layout="wide", initial_sidebar_state="collapsed")
    st.html(f"<style>{components.page_css()}</style>")
    state = known or start_state(State(lang=lang, draft=Draft(start_date=url.sensible_date(local_today()))))

    body: dict[str, Region] = {}
    plan = st.Page(
        lambda: plan_page(body["region"]), title=text("ui.nav.plan", lang), url_path="plan", default=True
    )  # fmt: skip
    explore = st.Page(lambda: explore_page(body["region"]), title=text("ui.nav.explore", lang), url_path="explore")
    staff = st.Page(_staff, title=text("staff.title", lang), url_path="staff")
    page = st.navigation([plan, explore, staff], position="hidden")
    if known is None:
        state.staff = page is staff
    if page is staff:
        _console(state, page)
        return
    _header(state, [plan, explore], page)
    if settings().staff_provider:
        _way_back(lang)

    place = st.empty()
    if known is None:
        place.html(str(tag("p", text("ui.plan.opening", lang), class_="working", role="status")))
    try:
        body["region"] = _region()
    except CatalogInvalid as error:
        place.error(text("ui.problem.catalog", lang, count=len(error.problems)))
        return
    if known is None:
        place.empty()
    _read_address(state, body["region"])
    hotel_line(state.lang)
    with guarded(state.lang):
        page.run()
    _write_address(state)
    footer(state, body["region"])
    components.frame("zh-CN" if state.lang == "zh" else "en", state.jump)


def _staff() -> None:
    # Who visits never pays for what staff need.
    from recommender.ui.staff.frame import staff_page

    state = find_state()
    assert state is not None
    staff_page(state)


def _way_back(lang: str) -> None:
    from recommender.ui.staff.provider import way_back

    way_back(lang)


def _console(state: State, page: StreamlitPage) -> None:
    """The console stands without a region: it is where data that cannot be loaded are mended."""
    _header(state, [], page)
    with guarded(state.lang):
        page.run()
    if st.query_params.get("lang") != state.lang:
        st.query_params["lang"] = state.lang
    components.frame("zh-CN" if state.lang == "zh" else "en", state.jump)


def _region() -> Region:
    from recommender import region

    return region.current()


def _header(state: State, pages: list[StreamlitPage], current: StreamlitPage) -> None:
    lang = state.lang
    with st.container(key="jz_header", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            str(
                tag(
                    "div",
                    tag("h1", text("ui.brand.name", lang), class_="serif", id=TOP),
                    tag("span", text("ui.brand.line", lang)),
                    class_="brand",
                )
            )
        )
        with st.container(key="jz_nav", horizontal=True, horizontal_alignment="right", gap="small", wrap=False):
            for page in pages:
                st.page_link(page, label=page.title)
            other = "en" if lang == "zh" else "zh"
            st.button(
                text("ui.nav.language", other), key=Other.LANGUAGE, type="tertiary", on_click=partial(_speak, other)
            )  # fmt: skip


def _speak(lang: str) -> None:
    state = find_state()
    if state is not None:
        state.lang = lang
        state.rebind = True
        for key in (Other.DIAL, Other.WHY_NOT, Other.SEARCH, Other.COUNTY, Other.CATEGORY, Other.ON_DATE):
            st.session_state.pop(key, None)


# -------------------------------------------------------------------------------------------------- address


def _read_address(state: State, region: Region) -> None:
    """Take over what the address asks for, if it is not what we wrote there ourselves."""
    from recommender.trip.planning import check_request

    params = {name: str(value) for name, value in st.query_params.items()}
    if url.KEPT in params:
        # A secret: taken out of the address at once, so that it is not passed on with it.
        state.kept = url.read_kept(params.pop(url.KEPT))
        st.query_params.from_dict(params)
    if not url.holds_request(params):
        return
    ours = {name: value for name, value in params.items() if name in url.PARAMETERS or name == url.MORE}
    if ours == state.address:
        return

    def check(request: TripRequest) -> None:
        check_request(region, request, today=local_today())

    request, problems = url.read_request(ours, url.sensible_date(local_today()), check)
    state.address = ours
    state.fill(Draft.of(request))
    state.wanted, state.problems, state.conflict, state.picked = request, problems, None, None
    state.asked, state.broken = None, False
    state.form_open = bool(problems)


def _write_address(state: State) -> None:
    """The address says what is on the page: language always, request once one was asked for."""
    params = dict(st.query_params.items())
    kept = {name: v for name, v in params.items() if name not in url.PARAMETERS and name not in (url.MORE, "lang")}
    asked = state.wanted or state.asked
    ours = url.encode(asked) if asked is not None else {}
    state.address = ours
    wanted = {**kept, **ours, "lang": state.lang}
    if wanted != params:
        st.query_params.from_dict(wanted)
