"""Sign in and out: forms that set or clear a cookie no script can read.

A form counts only with the secret that was given out with it, in a cookie and in a hidden field: another site can send neither.
"""

from __future__ import annotations

import secrets
import sys
from functools import partial
from typing import Final
from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from recommender.bureau.cookies import FORM_COOKIE, FORM_FIELD, PROVIDER, SESSION_COOKIE, SIGN_IN, SIGN_OUT
from recommender.errors import LoginFailed, RequestError, TooManyAttempts
from recommender.i18n import LANGUAGES, text
from recommender.settings import settings
from recommender.web.answers import Refusal, language, read_pairs, status_of
from recommender.web.callers import client_address
from recommender.web.headers import plain_policy
from recommender.web.plain.doors import with_pages

CONSOLE: Final = "/staff"
LINK: Final = "/staff/link/"
_SECRET_BYTES: Final = 24
_LONGEST_SECRET: Final = 64
_HEADERS: Final = {"cache-control": "no-store", "referrer-policy": "same-origin", "x-robots-tag": "noindex"}


async def sign_in(request: Request) -> Response:
    """The form; the first time anybody asks for it, the console opens and its operator is shown the first admin's link."""
    lang = language(request)
    waiting = await anyio.to_thread.run_sync(partial(_open_console, request))
    note = text("staff.sign_in.first", lang) if waiting else ""
    if request.query_params.get("ended"):
        note = text("staff.sign_in.ended", lang)
    return _form(request, lang, note=note)


def _open_console(request: Request) -> bool:
    """Whether nobody can sign in yet."""
    from recommender.bureau import people, publishing

    begun = publishing.start()
    if begun.first_admin is not None:
        address = f"{_own_site(request)}{LINK}{begun.first_admin}"
        # Whoever can read the terminal of the server is its operator; the log keeps no secrets.
        sys.stdout.write(f"\n  {text('staff.first_link', 'zh')}\n  {text('staff.first_link', 'en')}\n  {address}\n\n")
        sys.stdout.flush()
    return not people.has_admin()


def _own_site(request: Request) -> str:
    """How our addresses begin, by the settings or by the socket: whoever asks first could name any host in a header."""
    name, port = request.scope.get("server") or ("127.0.0.1", None)
    host = f"[{name}]" if ":" in str(name) else name
    return settings().public_url or f"{request.url.scheme}://{host}{f':{port}' if port else ''}"


def _form(request: Request, lang: str, *, note: str = "", wrong: str = "", name: str = "", status: int = 200) -> Response:
    from recommender.web.staff import pages

    secret = _secret(request)
    html = pages.sign_in_page(lang, secret, _to(request.query_params.get("to", "")), note=note, wrong=wrong, name=name)
    return _with_secret(request, _shown(html, lang, status), secret)


async def enter(request: Request) -> Response:
    """Name and password sent: a session, or why not."""
    from recommender.bureau import logins

    sent = await _sent(request)
    lang = _language(request, sent)
    name = sent.get("name", "")
    begin = partial(logins.login, name, sent.get("password", ""), address=client_address(request))
    try:
        token = await anyio.to_thread.run_sync(begin)
    except (LoginFailed, TooManyAttempts) as error:
        return _form(request, lang, wrong=error.message(lang), name=name[:80], status=status_of(error))
    answer = _led(_to(sent.get("to", "")), lang)
    answer.set_cookie(SESSION_COOKIE, token, path="/", secure=_secure(request), httponly=True, samesite="lax")
    return answer


async def leave(request: Request) -> Response:
    """Sign out: the session ends, whatever other page is still open."""
    from recommender.bureau import logins

    sent = await _sent(request)
    token = request.cookies.get(SESSION_COOKIE, "")
    await anyio.to_thread.run_sync(logins.logout, token)
    answer = _led(SIGN_IN, _language(request, sent))
    answer.delete_cookie(SESSION_COOKIE, path="/", secure=_secure(request), httponly=True, samesite="lax")
    return answer


async def link(request: Request) -> Response:
    """The form behind a one-time link; looking at it does not use it up."""
    return await _link_form(request, language(request))


async def use_link(request: Request) -> Response:
    """A password chosen by a one-time link."""
    from recommender.bureau import people

    sent = await _sent(request)
    lang = _language(request, sent)
    token = request.path_params["token"]
    password = sent.get("password", "")
    if password != sent.get("again", ""):
        return await _link_form(request, lang, wrong=text("staff.link.differ", lang), name=sent.get("name", ""))
    whose = await anyio.to_thread.run_sync(people.link_name, token)
    use = (
        partial(people.create_first_admin, token, sent.get("name", ""), password)
        if whose is None
        else partial(people.set_password, token, password)
    )
    try:
        await anyio.to_thread.run_sync(use)
    except RequestError as error:
        return await _link_form(request, lang, wrong=error.message(lang), name=sent.get("name", ""))
    return _led(SIGN_IN, lang)


async def _link_form(request: Request, lang: str, *, wrong: str = "", name: str = "") -> Response:
    from recommender.bureau import people
    from recommender.web.staff import pages

    whose = await anyio.to_thread.run_sync(people.link_name, request.path_params["token"])
    secret = _secret(request)
    html = pages.link_page(lang, secret, whose, wrong=wrong, name=name[:80])
    return _with_secret(request, _shown(html, lang, 422 if wrong else 200), secret)


# -------------------------------------------------------------------------------------------------- in and out


async def _sent(request: Request) -> dict[str, str]:
    """The fields of one of our own forms.

    Raises
    ------
    Refusal
        It was not given out to this browser.
    """
    sent = dict(await read_pairs(request))
    held, given = request.cookies.get(FORM_COOKIE, ""), sent.get(FORM_FIELD, "")
    if not held or not secrets.compare_digest(held.encode(), given.encode("utf-8", "replace")):
        raise Refusal(403, "foreign_form")
    return sent


def _secret(request: Request) -> str:
    held = request.cookies.get(FORM_COOKIE, "")
    return held if 0 < len(held) <= _LONGEST_SECRET else secrets.token_urlsafe(_SECRET_BYTES)


def _with_secret(request: Request, answer: Response, secret: str) -> Response:
    answer.set_cookie(FORM_COOKIE, secret, path="/", secure=_secure(request), httponly=True, samesite="strict")
    return answer


def _to(asked: str) -> str:
    """Where to go next: a page of the console and nowhere else."""
    return asked if asked == CONSOLE or asked.startswith(f"{CONSOLE}?") else CONSOLE


def _language(request: Request, sent: dict[str, str]) -> str:
    asked = sent.get("lang")
    return asked if asked in LANGUAGES else language(request)


def _led(path: str, lang: str) -> Response:
    target = path if "lang=" in path else f"{path}{'&' if '?' in path else '?'}{urlencode({'lang': lang})}"
    return RedirectResponse(target, 303, dict(_HEADERS))


def _shown(html: str, lang: str, status: int) -> Response:
    headers = {**_HEADERS, "content-language": lang, "content-security-policy": plain_policy(settings())}
    return HTMLResponse(html.encode("utf-8", "replace"), status, headers)


def _secure(request: Request) -> bool:
    """Whether cookies may travel over TLS only."""
    return request.url.scheme == "https" or settings().public_url.startswith("https:")


class Console:
    """The address of the console: its page for who brings a session or another system's word, else the way to sign in."""

    def __init__(self, page: object) -> None:
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        asked = settings().staff_provider and request.query_params.get(PROVIDER)
        if request.cookies.get(SESSION_COOKIE) or asked:
            await self._page(scope, receive, send)  # type: ignore[operator]
            return
        to = f"{CONSOLE}?{request.url.query}" if request.url.query else CONSOLE
        await _led(f"{SIGN_IN}?{urlencode({'to': to})}", language(request))(scope, receive, send)


def routes() -> list[Route]:
    """Everything below the console that is not the console."""
    doors = [
        Route(SIGN_IN, sign_in, methods=["GET"]),
        Route(SIGN_IN, enter, methods=["POST"]),
        Route(SIGN_OUT, leave, methods=["POST"]),
        Route(f"{LINK}{{token}}", link, methods=["GET"]),
        Route(f"{LINK}{{token}}", use_link, methods=["POST"]),
    ]
    room = with_pages(Router(doors, redirect_slashes=False))
    return [Route("/staff/{rest:path}", room)]
