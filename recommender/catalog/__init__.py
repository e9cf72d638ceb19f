"""What there is: places, ways between them, days and the sources behind them, from checked data files."""

from recommender.catalog.export import export_catalog
from recommender.catalog.loading import check_catalog, load_catalog
from recommender.catalog.places import (
    Advice,
    AreaVisit,
    Attraction,
    Catalog,
    Closure,
    Collection,
    Confidence,
    Dining,
    Event,
    FieldSource,
    Holiday,
    Hub,
    Indoor,
    Link,
    Lodging,
    Place,
    Source,
    ThemedRoute,
    Wheelchair,
)
from recommender.catalog.tables import ADVICE_TOPICS
from recommender.catalog.tickets import HeadLine, PartyTicket, party_ticket

__all__ = [
    "ADVICE_TOPICS",
    "Advice",
    "AreaVisit",
    "Attraction",
    "Catalog",
    "Closure",
    "Collection",
    "Confidence",
    "Dining",
    "Event",
    "FieldSource",
    "HeadLine",
    "Holiday",
    "Hub",
    "Indoor",
    "Link",
    "Lodging",
    "PartyTicket",
    "Place",
    "Source",
    "ThemedRoute",
    "Wheelchair",
    "check_catalog",
    "export_catalog",
    "load_catalog",
    "party_ticket",
]
