"""From facts to words, in Chinese and English: one voice for page, print, terminal, calendar and API.

Everything here takes an itinerary's codes and numbers and gives sentences; nothing is decided here.
"""

from recommender.trip.narrate.chance import chance_note, chance_rows, chance_text, link_text
from recommender.trip.narrate.days import day_idea, day_title
from recommender.trip.narrate.names import (
    clock,
    clock_span,
    date_words,
    duration,
    money,
    place_name,
    short_name,
)
from recommender.trip.narrate.page import itinerary_html
from recommender.trip.narrate.plain import itinerary_text
from recommender.trip.narrate.sentences import (
    fares_value,
    hours_text,
    left_out_text,
    leg_text,
    meal_dishes,
    meal_name,
    meal_text,
    price_text,
    price_words,
    reason_text,
    rest_text,
    stroll_text,
    strolls,
    totals_text,
    warning_text,
    warning_texts,
    weakest_text,
)

__all__ = [
    "chance_note", "chance_rows", "chance_text", "clock", "clock_span", "date_words", "day_idea", "day_title",
    "duration", "fares_value", "hours_text", "itinerary_html", "itinerary_text", "left_out_text", "leg_text",
    "link_text", "meal_dishes", "meal_name", "meal_text", "money", "place_name", "price_text", "price_words",
    "reason_text", "rest_text", "short_name", "stroll_text", "strolls", "totals_text", "warning_text", "warning_texts",
    "weakest_text",
]  # fmt: skip
