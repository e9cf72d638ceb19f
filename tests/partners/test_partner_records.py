"""What a hotel may say of itself: hostile names, colours, addresses and pictures are refused, each by its name."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import RequestError
from recommender.i18n import LANGUAGES, messages
from recommender.partners import logo, theme
from recommender.partners.hotel import FIELDS, is_origin, of_lodging, placed, read, said_problem, tidy
from recommender.travel.datum import wgs84_to_bd09, wgs84_to_gcj02
from tests.partners.little_hotels import INN, NEW

COLOUR = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


def problems(**cells: str) -> list[str]:
    with pytest.raises(RequestError) as refused:
        read(INN | cells)
    for problem in refused.value.problems:
        for lang in LANGUAGES:
            assert said_problem(problem, lang)
    return [problem.field for problem in refused.value.problems]


def test_a_record_is_read_and_what_is_unknown_stays_unknown() -> None:
    inn, new = read(INN), read(NEW)
    assert (inn.breakfast_end, inn.check_in, inn.door_closes) == (570, 840, 1380)
    assert inn.hosts == ("https://inn.example", "http://localhost:8099")
    assert (new.breakfast_end, new.colours, new.say("luggage", "zh")) == (None, None, "")
    assert inn.say("tips", "en") == ""
    assert inn.name("en") == "Jing's Residence"
    assert read(NEW | {"name_en": ""}).name("en") == "榆次新酒店"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_zh", "<script>alert(1)</script>"), ("name_en", "Inn\u202egpj.exe"), ("name_en", "x" * 81), ("contact", "a\x00b"),
        ("greeting_en", "<img src=x onerror=y>"), ("phone", "javascript:alert(1)"), ("phone", ""), ("phone", "12"),
        ("lat", "nan"), ("lat", "51.5"), ("lon", "1e400"), ("lat", ""), ("breakfast_end", "25 past"), ("check_in", "29:00"),
        ("accent", "red;}body{display:none"), ("accent", "url(//evil)"), ("ground", "#fff"), ("lang", "fr"),
        ("logo", "data:text/html,x"), ("place", "../../etc"),
    ],
)  # fmt: skip
def test_a_hostile_or_impossible_cell_is_refused_by_its_name(field: str, value: str) -> None:
    assert field in problems(**{field: value})


@pytest.mark.parametrize(
    "host",
    [
        "https://*.example", "*", "https://", "https://inn.example/path", "javascript:alert(1)", "https://a@inn.example",
        "https://inn.example:0", "https://inn.example:443", "http://inn.example:80",
        "https://inn", "https://10.0.0.1", "https://inn.example;script-src*", "ftp://inn.example",
        "https://inn.example'", "https://xn--.example-", "https://inn..example", "data:text/html,x", "https://inn.example:99999",
    ],
)  # fmt: skip
def test_only_the_origin_of_one_site_may_embed(host: str) -> None:
    assert not is_origin(host)
    assert "hosts" in problems(hosts=host)


def test_sites_are_kept_as_the_network_spells_them() -> None:
    kept = tidy({"hosts": "HTTPS://Inn.Example/，https://平遥.example http://127.0.0.1:8080"})["hosts"]
    assert kept == "https://inn.example https://xn--gwtt52i.example http://127.0.0.1:8080"
    assert all(is_origin(host) for host in kept.split())
    assert "hosts" in problems(hosts=" ".join(f"https://h{k}.example" for k in range(11)))


def test_coordinates_of_another_map_are_kept_in_wgs84() -> None:
    lat, lon = 37.2055, 112.1828
    for datum, turn in (("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)):
        there = turn(lat, lon)
        kept = placed(INN | {"lat": str(there[0]), "lon": str(there[1])}, datum)
        assert float(kept["lat"]) == pytest.approx(lat, abs=2e-6)
        assert float(kept["lon"]) == pytest.approx(lon, abs=2e-6)


def test_a_hotel_of_the_catalogue_begins_with_what_the_catalogue_knows() -> None:
    from recommender import region

    for lodging in region.current().catalog.lodging.values():
        cells = of_lodging(lodging)
        assert cells["name_zh"] == lodging.name_zh
        assert read(cells | {"phone": cells["phone"] or "0354-0000000"}).place == lodging.id


def test_check_in_is_from_when_on_and_check_out_until_when() -> None:
    from recommender import region

    some = next(iter(region.current().catalog.lodging.values()))
    told = replace(some, check_in="14:00-22:00", check_out="07:00-12:00", breakfast="7:00-9:30")
    cells = of_lodging(told)
    assert [cells[name] for name in ("check_in", "check_out", "breakfast_end")] == ["14:00", "12:00", "09:30"]


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [
        ("0354-5683927/13800000000", "03545683927"), ("+86 (0)354 568 3927", "+863545683927"), ("0354/5683927", "03545683927"),
    ],
)  # fmt: skip
def test_one_number_is_dialled_and_it_is_the_hotels(phone: str, dialled: str) -> None:
    assert read(INN | {"phone": phone}).dialled == dialled


def test_every_cell_has_its_name_in_both_languages() -> None:
    assert {f"field.{name}" for name in FIELDS} <= messages("partners").keys()


# --------------------------------------------------------------------------------------------------------- colours


def test_contrast_is_that_of_wcag() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize(("accent", "ground"), [("#777777", "#ffffff"), ("#f5d547", "#faf6ee"), ("#808080", "#7f7f7f")])
def test_a_pair_that_cannot_be_read_is_refused_with_one_that_can(accent: str, ground: str) -> None:
    with pytest.raises(RequestError) as refused:
        read(INN | {"accent": accent, "ground": ground})
    [problem] = refused.value.problems
    better = theme.Colours(str(problem.args["accent"]), str(problem.args["ground"]))
    assert theme.reads_well(better)
    assert better.accent in problem.message("en")
    read(INN | {"accent": better.accent, "ground": better.ground})


@given(COLOUR, COLOUR)
def test_whatever_the_pair_every_text_of_an_accepted_theme_can_be_read(accent: str, ground: str) -> None:
    colours = theme.Colours(accent, ground)
    if not theme.reads_well(colours):
        colours = theme.suggestion(colours)
    tints = theme.tints_of(colours)
    for on in ("paper", "card"):
        assert all(theme.contrast(tints[name], tints[on]) >= 4.5 for name in ("ink", "soft", "lacquer", "glaze"))
        assert theme.contrast(tints["edge"], tints[on]) >= 3
    assert theme.contrast(tints["on"], tints["lacquer"]) >= 4.5
    assert theme.contrast(tints["amber"], tints["amberbg"]) >= 4.5


# ----------------------------------------------------------------------------------------------------------- logos


def _picture(kind: str, size: tuple[int, int] = (900, 300)) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_drawn_anew_and_small(kind: str) -> None:
    from PIL import Image

    kept = base64.b64decode(logo.encode(_picture(kind)))
    assert len(kept) <= logo.MOST_KEPT
    with Image.open(io.BytesIO(kept)) as drawn:
        assert drawn.format == "PNG"
        assert drawn.width <= logo.SIZE[0]
        assert drawn.height <= logo.SIZE[1]
    assert read(INN | {"logo": logo.encode(_picture(kind))}).logo


def test_what_hides_in_a_picture_does_not_come_along() -> None:
    from PIL import Image, PngImagePlugin

    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "<script>alert(1)</script>")
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "#8c2f1b").save(out, "PNG", pnginfo=note)
    kept = base64.b64decode(logo.encode(out.getvalue() + b"<script>alert(2)</script>"))
    assert b"script" not in kept


@pytest.mark.parametrize("what", ["svg", "gif", "cut", "empty", "large", "bomb"])
def test_what_is_no_picture_of_ours_is_refused_in_words(what: str) -> None:
    from PIL import Image

    gif = io.BytesIO()
    Image.new("L", (9, 9)).save(gif, "GIF")
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    data = {
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "gif": gif.getvalue(), "cut": _picture("PNG")[:4000],
        "empty": b"", "large": b"\x89PNG" + bytes(3_000_000), "bomb": bomb.getvalue(),
    }[what]  # fmt: skip
    with pytest.raises(RequestError) as refused:
        logo.encode(data)
    assert [problem.field for problem in refused.value.problems] == ["logo"]
