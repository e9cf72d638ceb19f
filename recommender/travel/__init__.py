"""How to get there: the multimodal graph of the region, travel matrices, and the datums of Chinese maps."""

from __future__ import annotations

from recommender.travel.chosen import Journey, LegChoice
from recommender.travel.datum import (
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from recommender.travel.graph import LinkLike, NodeLike, Site, build_graph, sites_of
from recommender.travel.hops import NEVER
from recommender.travel.matrix import MODES, UNREACHABLE, TravelMatrix, TravelMode, travel_matrix
from recommender.travel.segment import Segment, SegmentMode

__all__ = [
    "MODES",
    "NEVER",
    "UNREACHABLE",
    "Journey",
    "LegChoice",
    "LinkLike",
    "NodeLike",
    "Segment",
    "SegmentMode",
    "Site",
    "TravelMatrix",
    "TravelMode",
    "bd09_to_gcj02",
    "bd09_to_wgs84",
    "build_graph",
    "gcj02_to_bd09",
    "gcj02_to_wgs84",
    "sites_of",
    "travel_matrix",
    "wgs84_to_bd09",
    "wgs84_to_gcj02",
]
