"""Twenty sample trips, written out for people to read: ``python -m benchmarks.sample_trips > docs/sample_trips.md``.

Dates are fixed, so the file changes only when the data or the planner do.
"""

from __future__ import annotations

from typing import Any, Final

from recommender import region as regions
from recommender.model import Itinerary, TripRequest
from recommender.region import Region
from recommender.trip.narrate import itinerary_text
from recommender.trip.planning import plan_trip
from recommender.trip.verify import verify

SOUTH: Final = "taiyuan-south-station"
GUCHENG: Final = "pingyaogucheng-station"

TRIPS: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("默认：两天的平遥", "zh", {"start_date": "2027-04-17", "days": 2}),
    ("一天，只看一城两寺，高铁往返太原", "zh",
     {"start_date": "2027-05-13", "days": 1, "reach": "classic", "start": {"place": SOUTH, "time": "08:30"},
      "end": {"place": SOUTH, "time": "21:00"}}),
    ("两天，太原南进出，晚上看又见平遥", "zh",
     {"start_date": "2027-10-16", "days": 2, "start": {"place": SOUTH, "time": "09:30"},
      "end": {"place": SOUTH, "time": "19:00"}, "locks": [{"place": "youjian-pingyao", "day": 1, "time": "19:00"}]}),
    ("三天自驾，全域，爱看大院", "zh",
     {"start_date": "2027-05-20", "days": 3, "mode": "drive", "reach": "region",
      "interests": {"courtyard": 1, "ancient_city": 0.8, "temple": 0.5}}),
    ("三天，带两位老人，慢慢走", "zh",
     {"start_date": "2027-09-07", "days": 3, "pace": "relaxed", "mode": "charter", "reach": "region",
      "party": {"adults": 2, "seniors": [68, 71]}, "needs": ["few_steps"]}),
    ("四天，太原进、平遥出", "zh",
     {"start_date": "2027-06-03", "days": 4, "reach": "region", "start": {"place": "taiyuan-wusu-airport", "time": "11:30"},
      "end": {"place": GUCHENG, "time": "17:00"}}),
    ("五天全域自驾，山水与红色", "zh",
     {"start_date": "2027-07-12", "days": 5, "mode": "drive", "reach": "region", "explore": 0.7,
      "interests": {"nature": 1, "red_heritage": 0.9, "village": 0.7}}),
    ("绵山与王家大院，住介休方向", "zh",
     {"start_date": "2027-06-18", "days": 2, "mode": "drive", "reach": "region", "must_see": ["mianshan", "wangjia-dayuan"]}),
    ("亲子周末：榆次、奥莱", "zh",
     {"start_date": "2027-03-20", "days": 2, "reach": "region", "mode": "drive",
      "party": {"adults": 2, "children": [{"age": 6, "height_cm": 115}]},
      "interests": {"shopping": 0.9, "theme_park": 0.8, "museum": 0.6, "food": 0.7},
      "must_see": ["shanshan-aolai"]}),
    ("腊月里的平遥", "zh", {"start_date": "2027-02-01", "days": 2}),
    ("元宵在平遥", "zh", {"start_date": "2027-02-19", "days": 2, "must_see": ["pingyao-gucheng"]}),
    ("预算每家三百元", "zh", {"start_date": "2027-04-24", "days": 2, "budget_fen": 30_000}),
    ("学生三天，公交高铁，走满", "zh",
     {"start_date": "2027-05-06", "days": 3, "reach": "region", "pace": "full",
      "party": {"adults": 2, "students": 2}, "start": {"place": "taiyuan-station", "time": "08:00"}}),
    ("六天全域包车", "zh", {"start_date": "2027-09-14", "days": 6, "mode": "charter", "reach": "region"}),
    ("七天全域自驾，古建", "zh",
     {"start_date": "2027-05-24", "days": 7, "mode": "drive", "reach": "region", "interests": {"temple": 1, "courtyard": 0.6},
      "explore": 0.8}),
    ("National Day, two days", "en", {"start_date": "2026-10-02", "days": 2}),
    ("First time in Shanxi: Taiyuan and Pingyao in three days", "en",
     {"start_date": "2026-09-09", "days": 3, "reach": "region", "start": {"place": SOUTH, "time": "10:00"},
      "end": {"place": SOUTH, "time": "18:30"}, "must_see": ["shanxi-bowuyuan"]}),
    ("A day between trains at Taiyuan South", "en",
     {"start_date": "2026-12-09", "days": 1, "reach": "region", "start": {"place": SOUTH, "time": "10:00"},
      "end": {"place": SOUTH, "time": "18:00"}}),
    ("Wheelchair user, two days", "en",
     {"start_date": "2027-05-11", "days": 2, "needs": ["wheelchair"], "mode": "charter", "reach": "region"}),
    ("Red Taihang, two days by car", "en",
     {"start_date": "2026-10-14", "days": 2, "mode": "drive", "reach": "region", "interests": {"red_heritage": 1},
      "lodging": ["stay-zuoquan-town-area"], "must_see": ["matian-balujun-zongbu"]}),
)  # fmt: skip


def written(region: Region, number: int) -> tuple[Itinerary, str]:
    """One of the trips, counted from 1, and its section of the page."""
    title, lang, data = TRIPS[number - 1]
    itinerary = plan_trip(region, TripRequest.parse(data))
    return itinerary, f"## {number}. {title}\n\n```\n{itinerary_text(itinerary, region, lang).strip()}\n```\n"


def main() -> None:
    """Print all sample trips as Markdown."""
    region = regions.current()
    print("# Sample trips\n")
    print("Made by `python -m benchmarks.sample_trips`; every one passes the independent check.\n")
    for number, (_, lang, _) in enumerate(TRIPS, start=1):
        itinerary, section = written(region, number)
        print(section)
        for violation in verify(region, itinerary):
            print(f"- VIOLATION {violation.message(lang)}")


if __name__ == "__main__":
    main()
