"""What the owner of an installation may choose: a name, a default and one sentence each, read once from the environment.

``JINZHONG_<NAME>`` in the environment sets ``<name>``; ``docs/settings.md`` is made from this table.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from recommender.errors import Problem, RecommenderError

PREFIX: Final = "JINZHONG_"
ROOT: Final = Path(__file__).resolve().parent.parent
_SOURCE: Final = re.compile(r"\*|https?://(\*\.)?[a-z0-9.-]+(:(\d+|\*))?")
_ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]+(:\d+)?")
_DATABASE: Final = re.compile(r"sqlite:///\S.*|postgres(ql)?(\+psycopg)?://\S+")
_ADDRESS: Final = re.compile(r"https?://[^\s/?#\"'<>]+(/[^\s?#\"'<>]*[^\s/?#\"'<>])?")
_ALSO: Final = {"database_url": "DATABASE_URL", "scheduler_address": "SCHEDULER_ADDRESS"}
"""Names by which the world knows a setting."""
_SCHEDULER: Final = re.compile(r"(tcp|tls)://[\w.\[\]:-]+:\d+")
_DOMAIN_FILE: Final = re.compile(r"[A-Za-z0-9_-]{1,80}\.txt")
_HOST: Final = re.compile(r"(\*\.)?[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\]")
_LOG_FORMATS: Final = ("text", "json")
SHORTEST_TOKEN: Final = 16
_TILES: Final = re.compile(r"https?://[^\s\"';,]+")


class SettingsInvalid(RecommenderError, ValueError):
    """The environment holds a setting that cannot be."""

    code = "settings_invalid"


def _setting(default: Any, sentence: str, *, secret: bool = False) -> Any:
    return dataclasses.field(default=default, metadata={"sentence": sentence, "secret": secret}, repr=not secret)


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation's choices.

    Raises
    ------
    SettingsInvalid
        By ``from_environment``: every value that cannot be, with what is allowed.
    """

    data_dir: Path = _setting(ROOT / "data", "Folder of the data files.")
    frame_ancestors: str = _setting(
        "",
        "Sites that may show the pages in a frame, separated by blanks (https://hotel.example); ourselves always may.",
    )
    map_tiles_url: str = _setting(
        "", "Address of WGS-84 map tiles with {z}, {x} and {y}; empty draws our own outlines and asks no other host."
    )
    map_tiles_attribution: str = _setting("", "Whose map tiles these are; shown on the map, required with the address.")
    map_approval: str = _setting("", "Map approval number (审图号); empty shows that approval is pending.")
    icp_number: str = _setting("", "ICP filing number (ICP 备案号) for the foot of the page; empty shows none.")
    data_date: str = _setting("2026-11", "When the data were last gone through as a whole, for the foot of the page.")
    var_dir: Path = _setting(
        ROOT / "var", "Folder for what the app itself keeps: the SQLite file with shared plans, reports and the bureau's work."
    )
    database_url: str = _setting(
        "",
        "Address of a PostgreSQL database, for several processes or machines (postgresql://user:password@host/name); empty "
        "keeps a SQLite file. `DATABASE_URL` is read too.",
        secret=True,
    )
    public_url: str = _setting(
        "",
        "Address under which visitors reach the app (https://trip.example), for links to send on; empty takes the one asked for.",
    )
    staff_provider: str = _setting(
        "",
        "Name of the identity provider in .streamlit/secrets.toml through which staff sign in (default for an unnamed one); "
        "empty: local accounts only.",
    )
    plan_days: int = _setting(
        400,
        "Days after which a shared plan that nobody opens is deleted, a report of a wrong fact after it was sent, and a day's "
        "count of what visitors asked for.",
    )
    plans_per_minute: int = _setting(
        60,
        "Plans that one client address or session may store or change within a minute, in each process; all together ten times "
        "as many.",
    )
    reports_per_hour: int = _setting(60, "Reports of wrong facts taken within an hour, from all visitors together.")
    partner_pages_per_minute: int = _setting(
        240, "Pages of one hotel partner that are served within a minute, in each process; half of them to one address."
    )
    partner_plans_per_minute: int = _setting(
        30, "Plans made through one hotel partner within a minute, in each process; half of them for one address."
    )
    domain_file_name: str = _setting(
        "",
        "Name of the file by which WeChat knows a business domain as ours (MP_verify_abc.txt), served at the root; empty: none.",
    )
    domain_file_text: str = _setting("", "What stands in that file.")
    max_body_bytes: int = _setting(262_144, "Largest HTTP request body that is read.")
    scheduler_address: str = _setting(
        "",
        "Address of a Dask scheduler (tcp://host:8786) that the bureau's simulations run on; empty takes the cores of this "
        "machine. `SCHEDULER_ADDRESS` is read too.",
    )
    panel_least: int = _setting(
        270, "Synthetic visitors of the smallest panel that the console offers; a multiple of 270 keeps all kinds in balance."
    )
    plan_queue: int = _setting(32, "Plans over HTTP that may wait or run at once; more are asked to come back later.")
    plans_at_once: int = _setting(6, "Of these, as many for one client address.")
    plan_wait_s: int = _setting(30, "Seconds that a request over HTTP waits for its plan before it is asked to come back later.")
    requests_per_minute: int = _setting(
        600, "Requests to the API and the plain pages that one client address may make in a minute, in each process."
    )
    planned_per_minute: int = _setting(
        60, "Plans that one client address may ask for in a minute, in each process; alternatives and why-not count as three."
    )
    partner_requests_per_minute: int = _setting(3000, "Requests with one partner's token, from all addresses together.")
    partner_planned_per_minute: int = _setting(300, "Plans with one partner's token, from all addresses together.")
    trusted_proxies: str = _setting(
        "",
        "Addresses or networks of proxies before the app, separated by blanks (127.0.0.1 10.0.0.0/8); of these alone "
        "X-Forwarded-For is believed. Empty believes nobody.",
    )
    cors_origins: str = _setting(
        "",
        "Sites whose scripts may call the API, separated by blanks (https://hotel.example), besides those of partners.",
    )
    hosts: str = _setting(
        "",
        "Names under which the app is reached, separated by blanks (trip.example *.trip.example); requests for others are "
        "refused. Empty takes any.",
    )
    request_seconds: int = _setting(30, "Seconds within which the head of a request, and then its body, must have come.")
    log_format: str = _setting("text", "How the log is written: text, or json for one JSON object a line, events included.")
    metrics_token: str = _setting(
        "", "Token with which /metrics is read (Authorization: Bearer …); empty asks for none.", secret=True
    )
    metrics_from: str = _setting(
        "",
        "Networks from which /metrics is read, separated by blanks (127.0.0.1 10.0.0.0/8); empty takes any with the token. With "
        "neither there is no /metrics.",
    )

    @property
    def database_file(self) -> Path:
        """The SQLite file, where no server is named."""
        return self.var_dir / "jinzhong.sqlite"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings, all problems at once; names that are not settings are left alone."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for field in dataclasses.fields(cls):
            given = environment.get(variable(field.name), environment.get(_ALSO.get(field.name, "")))
            if given is None:
                continue
            given = given.strip()
            if field.type == "int":
                if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 2**31:
                    problems.append(Problem(variable(field.name), given, "setting_number"))
                    continue
                values[field.name] = int(given)
            elif field.type == "Path":
                if not Path(given).is_dir():
                    problems.append(Problem(variable(field.name), given, "setting_folder"))
                values[field.name] = Path(given)
            else:
                values[field.name] = given
        read = cls(**values)
        problems += read._problems()
        if problems:
            raise SettingsInvalid(problems)
        return read

    def _problems(self) -> list[Problem]:
        found = [
            Problem(variable(field.name), "" if field.metadata["secret"] else value, "setting_line")
            for field in dataclasses.fields(self)
            if not str(value := getattr(self, field.name)).isprintable()
        ]
        found += [
            Problem(variable("frame_ancestors"), source, "setting_source")
            for source in self.frame_ancestors.split()
            if not _SOURCE.fullmatch(source)
        ]
        found += [
            Problem(variable("cors_origins"), origin, "setting_origin")
            for origin in self.cors_origins.split()
            if not _ORIGIN.fullmatch(origin)
        ]
        found += [
            Problem(variable("trusted_proxies"), network, "setting_network")
            for network in self.trusted_proxies.split()
            if not _is_network(network)
        ]
        if self.database_url and not _DATABASE.fullmatch(self.database_url):
            # The address holds a password: it is not repeated.
            found.append(Problem(variable("database_url"), "", "setting_database"))
        if self.public_url and not _ADDRESS.fullmatch(self.public_url):
            found.append(Problem(variable("public_url"), self.public_url, "setting_address"))
        if self.scheduler_address and not _SCHEDULER.fullmatch(self.scheduler_address):
            found.append(Problem(variable("scheduler_address"), self.scheduler_address, "setting_scheduler"))
        if bool(self.domain_file_name) != bool(self.domain_file_text) or (
            self.domain_file_name and not _DOMAIN_FILE.fullmatch(self.domain_file_name)
        ):
            found.append(Problem(variable("domain_file_name"), self.domain_file_name, "setting_domain_file"))
        found += self._operating_problems()
        tiles = self.map_tiles_url
        if tiles and not (_TILES.fullmatch(tiles) and all(part in tiles for part in ("{z}", "{x}", "{y}"))):
            found.append(Problem(variable("map_tiles_url"), tiles, "setting_tiles"))
        if tiles and not self.map_tiles_attribution:
            found.append(Problem(variable("map_tiles_attribution"), "", "setting_attribution"))
        return found

    def _operating_problems(self) -> Iterator[Problem]:
        for host in self.hosts.split():
            if not _HOST.fullmatch(host):
                yield Problem(variable("hosts"), host, "setting_host")
        if self.log_format not in _LOG_FORMATS:
            yield Problem(variable("log_format"), self.log_format, "setting_choice", {"allowed": ", ".join(_LOG_FORMATS)})
        if self.metrics_token and len(self.metrics_token) < SHORTEST_TOKEN:
            yield Problem(variable("metrics_token"), "", "setting_token", {"limit": SHORTEST_TOKEN})
        for network in self.metrics_from.split():
            try:
                ipaddress.ip_network(network)
            except ValueError:
                yield Problem(variable("metrics_from"), network, "setting_network")


def _is_network(named: str) -> bool:
    try:
        ipaddress.ip_network(named, strict=False)
    except ValueError:
        return False
    return True


def variable(name: str) -> str:
    """``data_dir`` → ``JINZHONG_DATA_DIR``."""
    return PREFIX + name.upper()


@cache
def settings() -> Settings:
    """This process's settings, read from the environment on first use.

    Raises
    ------
    SettingsInvalid
        A variable holds something that cannot be.
    """
    return Settings.from_environment(os.environ)
