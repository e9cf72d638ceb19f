"""Where trips usually begin and end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from recommender.region import Region

GATEWAYS: Final = (
    "taiyuan-south-station", "taiyuan-station", "taiyuan-wusu-airport", "pingyaogucheng-station", "pingyao-station",
    "jiexiu-east-station", "lingshi-east-station",
)  # fmt: skip
"""The usual ones; those the catalogue does not hold are left out."""
PASSED_KINDS: Final = ("expressway_exit", "area_anchor")
"""Kinds of hub at which nobody begins a trip."""


def list_gateways(region: Region) -> list[str]:
    """Ids of the usual gateways first, then of every other station and airport, then of lodgings."""
    catalog = region.catalog
    usual = [place for place in GATEWAYS if place in catalog.hubs]
    others = [hub.id for hub in catalog.hubs.values() if hub.kind not in PASSED_KINDS and hub.id not in usual]
    return [*usual, *others, *catalog.lodging]
