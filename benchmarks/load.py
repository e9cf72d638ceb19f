"""Many visitors at once, on Streamlit's own protocol: ``python -m benchmarks.load --sessions 50 100 200``.

Every visitor opens the page, fills the form, has a trip planned, asks why a place is not in it, looks for another stop and
takes it, thinking about 15 s between two actions, and comes back for another trip. Wishes differ: hardly two visitors share a
plan. What the browser does by itself (asking again for what is worked out behind the page) is done too. Why a stop is in the
plan is on the page already and asks the server nothing. The server is our own, on 127.0.0.1, and ends with the run; with
``--processes`` there are several, and every visitor keeps to one of them, as behind a sticky proxy.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import random
import re
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.serving import cpu_s, resident_mb, serving, wait_for

MOST_SESSIONS: Final = 500
LONGEST_S: Final = 3_600
ANSWER_S: Final = 60
"""An action that takes longer is an error."""
STEPS: Final = ("open", "form", "plan", "why not", "swap", "take")
_SWAP: Final = re.compile(r'data-act="swap:([^"]+)"')
SHARE: Final = 0.1
"""Of the visitors, those who read English."""


@dataclass
class Tally:
    """What was seen, by kind of action.

    Attributes
    ----------
    took_s
        Seconds from the action to the end of all that it sets off on the page.
    first_s
        Seconds until the page shows anything new.
    used_s
        Processor seconds of the server meanwhile; of use where one visitor is alone.
    received
        Bytes that the actions brought.
    """

    took_s: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    first_s: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    used_s: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in (*STEPS, "")})
    received: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in (*STEPS, "")})
    errors: list[str] = field(default_factory=list)
    queued: int = 0
    reruns: int = 0
    received_bytes: int = 0

    @property
    def every_s(self) -> list[float]:
        return [second for seconds in self.took_s.values() for second in seconds]


@dataclass
class _Element:
    id: str
    fragment: str
    proto: Any


class Page:
    """One open page without a browser: what is on it, by key, and what a person can do to it."""

    def __init__(self, host: str, tally: Tally, lang: str, pid: int = 0, query: str = "", cookie: str = "") -> None:
        self._host, self._tally, self._lang, self._pid = host, tally, lang, pid
        self._socket: Any = None
        self._elements: dict[str, _Element] = {}
        self._kept: dict[str, Any] = {}
        self._values: dict[str, Any] = {}
        self._cookie = {"cookie": cookie} if cookie else None
        self.query = query or f"lang={lang}"
        self._repeats: dict[str, float] = {}
        self._lock = asyncio.Lock()
        self.stops: list[str] = []
        self.words: list[str] = []

    async def open(self) -> None:
        """Open the page; returns when its first run is done."""
        import websockets

        self._socket = await websockets.connect(
            f"ws://{self._host}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            additional_headers=self._cookie, max_size=None, open_timeout=ANSWER_S, ping_interval=None, compression=None,
        )  # fmt: skip
        await self._run("open")

    async def close(self) -> None:
        """Leave."""
        if self._socket is not None:
            await self._socket.close()

    def find(self, key: str) -> str | None:
        """The first key on the page that begins so."""
        return next((name for name in self._elements if name.startswith(key)), None)

    def options(self, key: str) -> list[str]:
        """What a box offers."""
        return [str(getattr(option, "content", option)) for option in self._elements[key].proto.options]

    async def choose(self, key: str, value: str, *, step: str = "form") -> None:
        """Choose in a box."""
        await self._run(step, key, string_value=value)

    async def press(self, key: str, step: str) -> None:
        """Press a button."""
        await self._run(step, key, trigger_value=True)

    async def act(self, key: str, name: str, value: str, step: str) -> None:
        """Press a button within one of our own components."""
        payload = json.dumps([{"event": name, "value": value}])
        await self._run(step, key, inner=True, json_trigger_value=payload)

    async def linger(self, seconds: float) -> None:
        """Read for so long; what the page asks for by itself meanwhile is asked for."""
        until = time.monotonic() + seconds
        due = {name: time.monotonic() + every for name, every in self._repeats.items()}
        while (now := time.monotonic()) < until:
            name = min(due, key=lambda one: due[one], default=None)
            if name is None or due[name] >= until:
                await asyncio.sleep(until - now)
                return
            await asyncio.sleep(max(0.0, due[name] - now))
            await self._run("", fragment=name)
            fresh = {one: time.monotonic() + every for one, every in self._repeats.items()}
            due = {one: fresh[one] if one == name else due.get(one, fresh[one]) for one in fresh}

    async def _run(self, step: str, key: str = "", *, inner: bool = False, fragment: str = "", **value: Any) -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string = self.query
        rerun.context_info.locale = "zh-CN" if self._lang == "zh" else "en-US"
        rerun.context_info.timezone = "Asia/Shanghai"
        rerun.context_info.url = f"http://{self._host}/"
        element = self._elements.get(key)
        if key and element is None:
            self._tally.errors.append(f"{step}: {key} is not on the page")
            return
        for name, held in self._values.items():
            if name in self._elements:
                state = rerun.widget_states.widgets.add()
                state.id, state.string_value = self._elements[name].id, held
        if element is not None:
            state = rerun.widget_states.widgets.add()
            state.id = f"$$STREAMLIT_INTERNAL_KEY_{element.id}__events" if inner else element.id
            for name, given in value.items():
                setattr(state, name, given)
            if inner:
                state = rerun.widget_states.widgets.add()
                state.id, state.json_value = element.id, "{}"
            if "string_value" in value:
                self._values[key] = value["string_value"]
            rerun.fragment_id = element.fragment
        elif fragment:
            rerun.fragment_id, rerun.is_auto_rerun = fragment, True
        began, used, received = time.perf_counter(), self._used_s(), self._tally.received_bytes
        await self._socket.send(message.SerializeToString())
        try:
            first = await asyncio.wait_for(self._finished(), ANSWER_S)
        except TimeoutError:
            self._tally.errors.append(f"{step or 'repeat'}: no answer within {ANSWER_S} s")
            raise
        self._tally.used_s[step].append(self._used_s() - used)
        self._tally.received[step].append(self._tally.received_bytes - received)
        if step:
            self._tally.took_s[step].append(time.perf_counter() - began)
            self._tally.first_s[step].append(first - began)

    def _used_s(self) -> float:
        return cpu_s(self._pid) if self._pid else 0.0

    async def _finished(self) -> float:
        """Until the run, and the run that it asks for, is over; when anything first was shown."""
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        shown, self.words = 0.0, []
        while True:
            raw = await self._socket.recv()
            self._tally.received_bytes += len(raw)
            message = ForwardMsg()
            message.ParseFromString(raw)
            if message.HasField("ref_hash"):
                held = self._kept[message.ref_hash]
                held.metadata.CopyFrom(message.metadata)
                message = held
            elif message.metadata.cacheable:
                self._kept[message.hash] = message
            kind = message.WhichOneof("type")
            if kind == "new_session" and not message.metadata.run.fragment_ids:
                self._elements, self._repeats, self.stops = {}, {}, []
            elif kind == "auto_rerun":
                self._repeats[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            elif kind == "stop_auto_rerun":
                for name in message.stop_auto_rerun.fragment_ids:
                    self._repeats.pop(name, None)
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "delta":
                shown = shown or time.perf_counter()
                self._draw(message.delta)
            elif kind == "script_finished":
                self._tally.reruns += 1
                if message.script_finished not in (
                    ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
                    ForwardMsg.FINISHED_EARLY_FOR_RERUN,
                ):  # fmt: skip
                    self._tally.errors.append("a script failed")
                if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    return shown or time.perf_counter()

    def _draw(self, delta: Any) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self._tally.errors.append(f"exception: {element.exception.message[:200]}")
        proto = getattr(element, kind)
        if kind == "html":
            self.words.append(proto.body)
            self._tally.queued += 'class="working queue"' in proto.body
        name = getattr(proto, "id", "")
        if not name or "-" not in name:
            return
        key = name.split("-", 2)[-1]
        self._elements[key] = _Element(name, delta.fragment_id, proto)
        if getattr(proto, "set_value", False) and key in self._values:
            self._values[key] = proto.raw_value
        if key.startswith("jz_day_"):
            html = json.loads(proto.json)["html"]
            self.stops += [f"{key} {found}" for found in _SWAP.findall(html)]


@dataclass(frozen=True)
class Visit:
    """What one visitor wants, drawn from a seed."""

    lang: str
    days: int
    date: dt.date
    chance: random.Random


def wishes(number: int, seed: int) -> Visit:
    """A visitor's wishes: any of the next ninety days, one to four days."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 - a choice of examples
    date = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=3 + chance.randrange(90))
    return Visit("en" if chance.random() < SHARE else "zh", chance.choice((1, 2, 2, 2, 3, 3, 4)), date, chance)


class _Over(Exception):
    """The time of a run is up."""


async def visit(host: str, wish: Visit, tally: Tally, think: Callable[[], float], pid: int = 0) -> None:
    """One visitor from the first page to a changed plan."""
    page = Page(host, tally, wish.lang, pid)
    try:
        await page.open()
        await page.linger(think())
        await page.choose("jz_days", page.options("jz_days")[wish.days - 1])
        await page.linger(think())
        starts = page.options("jz_start")
        await page.choose("jz_start", starts[1 + wish.chance.randrange(min(6, len(starts) - 1))])
        await page.linger(think())
        if wish.chance.random() < 0.5:
            times = page.options("jz_start_time")
            await page.choose("jz_start_time", times[1 + wish.chance.randrange(len(times) // 2)])
            await page.linger(think())
        await page.press("jz_plan", "plan")
        await page.linger(think())
        if page.find("jz_why_not"):
            named = page.options("jz_why_not")
            await page.choose("jz_why_not", named[wish.chance.randrange(min(20, len(named)))], step="why not")
            await page.linger(think())
        if page.stops:
            day, place = wish.chance.choice(page.stops).split()
            await page.act(day, "act", f"swap:{place}", "swap")
            await page.linger(think())
            taken = page.find("jz_swap_")
            if taken not in (None, "jz_swap_close"):
                await page.press(str(taken), "take")
                await page.linger(think())
    finally:
        await page.close()


async def crowd(hosts: Sequence[str], sessions: int, seconds: float, think_s: float, seed: int = 0) -> Tally:
    """So many visitors at every moment for so long; they arrive spread over one pause for thought.

    At the end every visitor leaves with the next pause: no action is counted that meets an emptier server.
    """
    tally = Tally()
    until = time.monotonic() + seconds

    async def seat(number: int) -> None:
        def think() -> float:
            pause = chance.expovariate(1 / think_s)
            if time.monotonic() + pause > until:
                raise _Over
            return pause

        chance = random.Random(f"seat {seed}/{number}")  # noqa: S311 - pauses
        host = hosts[number % len(hosts)]
        await asyncio.sleep(chance.random() * think_s)
        k = 0
        while time.monotonic() < until:
            try:
                await visit(host, wishes(number * 1_000 + k, seed), tally, think)
            except _Over:
                return
            except (OSError, TimeoutError) as error:
                tally.errors.append(f"{type(error).__name__}: {error}"[:200])
            except Exception as error:  # noqa: BLE001 - a lost visitor is counted, the others go on
                tally.errors.append(f"{type(error).__name__}: {error}"[:200])
            k += 1

    await asyncio.gather(*(seat(number) for number in range(sessions)))
    return tally


async def alone(host: str, pid: int, visits: int, think_s: float) -> Tally:
    """One visitor after the other, nobody else on the server: what each action costs."""
    tally = Tally()
    for number in range(visits):
        await visit(host, wishes(number, 1), tally, lambda: think_s, pid)
    return tally


def costs(tally: Tally) -> Iterator[str]:
    """What each action costs as rows of a table."""
    for step in (*STEPS, ""):
        used, received = tally.used_s[step], tally.received[step]
        if used:
            mean, kib = statistics.mean(used), statistics.mean(received) / 1024
            yield f"| {step or 'by itself'} | {len(used)} | {mean:.3f} | {at(used, 0.95):.2f} | {kib:.0f} |"


def at(seconds: list[float], share: float) -> float:
    """A quantile."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def rows(sessions: int, tally: Tally, wall_s: float, server_s: float, memory_mb: float) -> Iterator[str]:
    """The figures of one run as rows of a table."""
    for step in (*STEPS, "all"):
        took = tally.every_s if step == "all" else tally.took_s[step]
        first = [s for each in tally.first_s.values() for s in each] if step == "all" else tally.first_s[step]
        if took:
            seconds = (at(first, 0.95), statistics.median(took), at(took, 0.95), at(took, 0.99), max(took))
            yield f"| {sessions} | {step} | {len(took)} | " + " | ".join(f"{one:.2f}" for one in seconds) + " |"
    kib = tally.received_bytes / max(1, tally.reruns) / 1024
    told = f"{len(tally.errors)} errors, {tally.queued} told their place in the queue"
    a_rerun = f"{1000 * server_s / max(1, tally.reruns):.0f} ms of processor and {kib:.0f} KiB a rerun"
    yield (
        f"| {sessions} | **sum** | {told} | {tally.reruns / wall_s:.1f} reruns/s | {server_s / wall_s:.2f} cores | {a_rerun} | "
        f"{memory_mb:.0f} MB | |"
    )


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, nargs="+", default=[50, 100, 200])
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--think", type=float, default=15.0, help="mean seconds between two actions")
    parser.add_argument("--processes", type=int, default=1, help="servers that share the visitors")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--alone", type=int, default=0, help="so many visitors one after the other: what each action costs")
    parser.add_argument("--log", type=Path, help="file for what the server says")
    options = parser.parse_args()
    if max(options.sessions) > MOST_SESSIONS or options.seconds > LONGEST_S:
        parser.error(f"at most {MOST_SESSIONS} sessions and {LONGEST_S} s")
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, files[1]), files[1]))
    if options.alone:
        with serving(options.log) as (host, pid):
            wait_for(f"http://{host}/healthz", b'"warm":true')
            tally = asyncio.run(alone(host, pid, options.alone, options.think))
        print("| action | times | mean processor s | p95 | mean KiB |\n|---|---|---|---|---|")
        print("\n".join(costs(tally)), *tally.errors[:5], sep="\n")
        return
    print("| sessions | action | times | first shown p95 s | p50 s | p95 s | p99 s | longest s |")
    print("|---|---|---|---|---|---|---|---|")
    for sessions in options.sessions:
        with ExitStack() as stack:
            servers = [stack.enter_context(serving(options.log)) for _ in range(options.processes)]
            hosts, pids = zip(*servers, strict=True)
            for host in hosts:
                wait_for(f"http://{host}/healthz", b'"warm":true')
            began, used = time.monotonic(), sum(map(cpu_s, pids))
            tally = asyncio.run(crowd(hosts, sessions, options.seconds, options.think, options.seed))
            wall, used = time.monotonic() - began, sum(map(cpu_s, pids)) - used
            for row in rows(sessions, tally, wall, used, sum(map(resident_mb, pids))):
                print(row, flush=True)
        for error in sorted(set(tally.errors))[:10]:
            print(f"\n{error}")


if __name__ == "__main__":
    main()
