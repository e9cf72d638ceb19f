"""The forms at the door for staff, as HTML."""

from __future__ import annotations

from markupsafe import Markup

from recommender.bureau.cookies import FORM_FIELD, PROVIDER
from recommender.i18n import text
from recommender.markup import EMPTY, join, tag, void
from recommender.settings import settings
from recommender.trip.narrate.page import document
from recommender.web.plain.form import hidden_inputs
from recommender.web.plain.pages import style
from recommender.web.shell import SEAL


def sign_in_page(lang: str, secret: str, to: str, *, note: str = "", wrong: str = "", name: str = "") -> str:
    """Name and password.

    Parameters
    ----------
    secret
        What makes the form one of ours.
    to
        The page of the console to go to.
    note, wrong
        What to say before the form, and why the last attempt failed.
    """
    fields = [
        _field("name", text("staff.name", lang), lang, value=name, autocomplete="username"),
        _field("password", text("staff.password", lang), lang, kind="password", autocomplete="current-password"),
    ]
    hidden = {FORM_FIELD: secret, "to": to, "lang": lang}
    more = EMPTY
    if settings().staff_provider:
        link = tag("a", text("staff.sign_in.provider", lang), href=f"/staff?{PROVIDER}=1&lang={lang}", class_="act")
        more = tag("p", link)
    title, go = text("staff.sign_in.title", lang), text("staff.sign_in.go", lang)
    return _page(title, lang, fields, go, hidden, note, wrong, more)


def link_page(lang: str, secret: str, whose: str | None, *, wrong: str = "", name: str = "") -> str:
    """A password to choose; a name too for the first admin, who has none yet."""
    fields = [
        _field("name", text("staff.name", lang), lang, value=name, autocomplete="username")
        if whose is None
        else tag("p", text("staff.link.whose", lang, name=whose)),
        _field("password", text("staff.link.password", lang), lang, kind="password", autocomplete="new-password"),
        _field("again", text("staff.link.again", lang), lang, kind="password", autocomplete="new-password"),
    ]
    title = text("staff.link.first" if whose is None else "staff.link.title", lang)
    go, note = text("staff.link.go", lang), text("staff.link.note", lang)
    return _page(title, lang, fields, go, {FORM_FIELD: secret, "lang": lang}, note, wrong)


def _page(
    title: str, lang: str, fields: list[Markup], go: str, hidden: dict[str, str], note: str, wrong: str, more: Markup = EMPTY
) -> str:  # fmt: skip
    box = tag("div", tag("p", wrong), class_="problems", role="alert") if wrong else EMPTY
    hint = tag("p", note, class_="hint") if note else EMPTY
    form = tag(
        "form", *hidden_inputs(hidden), *fields, tag("p", tag("button", go, type="submit", class_="go"), class_="send"),
        method="post", class_="day",
    )  # fmt: skip
    other = "en" if lang == "zh" else "zh"
    nav = tag("nav", tag("a", text("ui.nav.language", other), href=f"?lang={other}", lang=other))
    body = [
        tag("header", tag("b", text("trip.brand", lang), class_="serif"), tag("h1", title), nav),
        tag("main", box, hint, form, more),
    ]
    icon = join([void("link", rel="icon", href=SEAL), void("meta", name="robots", content="noindex")])
    return document(title, body, lang, head=icon, style=style())


def _field(name: str, label: str, lang: str, *, kind: str = "text", value: str = "", autocomplete: str) -> Markup:
    control = void(
        "input", id=name, name=name, type=kind, value=value or None, required=True, autocomplete=autocomplete, lang=lang,
        autocapitalize="none", spellcheck="false",
    )  # fmt: skip
    return tag("div", tag("label", label, for_=name), control, class_="field")
