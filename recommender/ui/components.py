"""The few pieces of the page that are ours in the browser: frame, sheet of HTML with actions, map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import streamlit as st
from markupsafe import Markup

_FRAME_JS = """
export default function ({ data }) {
  document.documentElement.lang = data.lang
  if (data.jump && data.jump !== window.jzJump) {
    window.jzJump = data.jump
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches
    const id = data.jump.split("@")[0]
    const go = (left) => {
      const node = document.getElementById(id)
      const block = node && node.clientHeight > window.innerHeight * 0.6 || id === "jz-top" ? "start" : "center"
      if (node) node.scrollIntoView({ behavior: calm || id === "jz-top" ? "auto" : "smooth", block })
      else if (left) setTimeout(() => go(left - 1), 150)
    }
    go(10)
  }
}
"""

_SHEET_JS = """
const shown = new WeakMap()

async function copied(words) {
  try {
    await navigator.clipboard.writeText(words)
    return true
  } catch {
    // Over plain http there is no clipboard but the old one.
    const box = document.createElement("textarea")
    box.value = words
    box.style.position = "fixed"
    document.body.append(box)
    box.select()
    const done = document.execCommand("copy")
    box.remove()
    return done
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".jz-sheet")
  if (shown.get(root) !== data.html) {
    const open = new Set()
    root.querySelectorAll("details").forEach((d, k) => { if (d.open) open.add(k) })
    const same = shown.has(root)
    root.innerHTML = data.html
    if (same && data.keep) root.querySelectorAll("details").forEach((d, k) => { if (open.has(k)) d.open = true })
    shown.set(root, data.html)
  }
  root.onclick = async (event) => {
    const button = event.target.closest("[data-act]")
    if (button) setTriggerValue("act", button.dataset.act)
    const copy = event.target.closest("[data-copied]")
    if (copy) {
      const said = copy.textContent
      copy.textContent = (await copied(copy.dataset.copy ?? window.location.href)) ? copy.dataset.copied : copy.dataset.failed
      setTimeout(() => { if (copy.isConnected) copy.textContent = said }, 2500)
    }
  }
}
"""


@cache
def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def page_css() -> str:
    """The page's own style sheet."""
    return _asset("page.css")


def _mount(name: str, **parts: Any) -> Callable[..., Any]:
    """A component of ours, registered with the running server once."""
    from streamlit.components import v2

    renderers = _registered()
    if name not in renderers:
        renderers[name] = v2.component(name, **parts)
    return renderers[name]


@cache
def _registered() -> dict[str, Callable[..., Any]]:
    return {}


def frame(lang: str, jump: str = "") -> None:
    """Set ``<html lang>``; scroll to the element ``jump`` (``id@serial``) once per value."""
    with st.container(key="jz_frame"):
        _mount("jz_frame", html="<i></i>", js=_FRAME_JS)(key="jz_frame_part", data={"lang": lang, "jump": jump})


def _nothing() -> None:
    """No act is expected."""


def sheet(html: Markup, key: str, on_act: Callable[[], None] = _nothing) -> None:
    """HTML made by ``markup``; ``on_act`` runs when one of its ``data-act`` buttons is pressed.

    The action is ``session_state[key].act`` then. A button with ``data-copied`` copies its ``data-copy``, or the page's address
    where it has none, and says so in the words given there, or in those of ``data-failed``.
    """
    _mount("jz_sheet", html='<div class="jz-sheet"></div>', js=_SHEET_JS, isolate_styles=False)(
        key=key, data={"html": str(html), "keep": True}, on_act_change=on_act
    )


def map_view(payload: Mapping[str, Any], key: str, on_picked: Callable[[], None]) -> None:
    """The map; ``on_picked`` runs when a stop or place is chosen, its id is ``session_state[key].picked``."""
    _mount(
        "jz_map",
        html='<div class="frame"><div class="bar" hidden></div><div class="map" role="region"></div>'
        '<button type="button" class="hint" hidden></button><p class="note"></p></div>',
        css=_asset("map.css"),
        js=_asset("map.js"),
    )(key=key, data=dict(payload), on_picked_change=on_picked)


def pin_map(payload: Mapping[str, Any], key: str, on_moved: Callable[[], None]) -> None:
    """A map with one pin; ``on_moved`` runs when it was moved, where to is ``session_state[key].moved``: ``lat``, ``lon``."""
    _mount("jz_pin", html='<div class="map"></div>', css=_asset("pin.css"), js=_asset("pin.js"))(
        key=key, data=dict(payload), on_moved_change=on_moved
    )


def recent_plans(data: Mapping[str, Any]) -> None:
    """The list of plans that the browser keeps; nothing of it comes back."""
    _mount("jz_recent", html='<div class="jz-sheet jz-recent" hidden></div>', js=_asset("recent.js"), isolate_styles=False)(
        key="jz_recent_part", data=dict(data)
    )
