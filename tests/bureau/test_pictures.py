"""Pictures: read within bounds, drawn anew, kept once, and shown to visitors only when published with credit and licence."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image as Pillow

from recommender.bureau import auditing, drafting, pictures, publishing
from recommender.catalog.records import catalog_of
from recommender.errors import PermissionDenied, RequestError
from recommender.store.pictures import find_picture
from tests.bureau.little_bureau import Bureau

CREDIT = {"place_id": "shuanglin-si", "credit": "张三", "licence": "CC-BY-4.0"}


def photo(width: int = 1600, height: int = 900, form: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Pillow.linear_gradient("L").resize((width, height)).convert(mode).save(out, form, **options)
    return out.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(RequestError) as caught:
        pictures.drawn_anew(data, "双林寺.jpg")
    assert "双林寺.jpg" in caught.value.message("zh")
    return caught.value.problems[0].code


@pytest.mark.parametrize(("form", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")])
def test_every_kind_comes_out_as_a_jpeg_of_bounded_size(form: str, mode: str) -> None:
    image = pictures.drawn_anew(photo(form=form, mode=mode), "x")
    with Pillow.open(io.BytesIO(image.data)) as opened:
        assert (opened.format, opened.size, opened.mode) == ("JPEG", (1280, 720), "RGB")
    assert (image.media, image.width_px, image.height_px) == ("image/jpeg", 1280, 720)


def test_position_and_camera_are_gone_and_the_picture_stands_upright() -> None:
    exif = Pillow.Exif()
    exif[0x0110] = "A camera"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (37.0, 10.0, 0.0)
    image = pictures.drawn_anew(photo(800, 400, exif=exif), "x")
    with Pillow.open(io.BytesIO(image.data)) as opened:
        assert not opened.getexif()
        assert opened.size == (400, 800)
    assert b"A camera" not in image.data


def test_what_is_no_picture_too_large_or_too_small_is_refused_by_name() -> None:
    assert refusal(b"") == "picture_unreadable"
    assert refusal(b"<svg onload='x'/>") == "picture_unreadable"
    assert refusal(photo()[:2000]) == "picture_unreadable"
    assert refusal(photo(form="GIF", mode="P")) == "picture_unreadable"
    assert refusal(photo(100, 80)) == "picture_small"
    assert refusal(photo() + b"\0" * pictures.LARGEST_BYTES) == "picture_large"
    assert refusal(photo(20_000, 3_000, "PNG", "L")) == "picture_large"


def test_a_picture_is_kept_once_and_its_upload_is_in_the_audit(bureau: Bureau) -> None:
    image = pictures.upload(bureau.ann, photo(), "x.jpg", database=bureau.database)
    pictures.upload(bureau.bob, photo(), "y.jpg", database=bureau.database)
    with bureau.database.reading() as connection:
        assert find_picture(connection, image.name) == image
        assert find_picture(connection, "0" * 32) is None
        assert find_picture(connection, "%" * 32) is None
    entries = auditing.list_entries(bureau.eva, subject=f"picture/{image.name}", database=bureau.database)
    assert [entry.who for entry in entries] == ["ann"]
    with pytest.raises(PermissionDenied):
        pictures.upload(bureau.hotel, photo(900, 900), "x.jpg", database=bureau.database)


@pytest.mark.parametrize("missing", ["credit", "licence", "place_id"])
def test_a_picture_without_credit_licence_or_place_is_refused(bureau: Bureau, missing: str) -> None:
    draft = bureau.draft()
    with pytest.raises(RequestError) as caught:
        drafting.add(bureau.ann, draft.id, "pictures", {**CREDIT, "file": "a" * 32, missing: ""}, database=bureau.database)
    assert caught.value.problems[0].args["column"] == missing


def test_visitors_see_a_picture_once_it_is_published(bureau: Bureau) -> None:
    image = pictures.upload(bureau.ann, photo(), "x.jpg", database=bureau.database)
    draft = bureau.draft()
    drafting.add(bureau.ann, draft.id, "pictures", {**CREDIT, "file": image.name}, database=bureau.database)
    first = publishing.get_revision(bureau.ann, bureau.first.revision, database=bureau.database)
    assert catalog_of(first).pictures_of("shuanglin-si") == ()
    publication = bureau.publish(draft.id)
    catalog = catalog_of(publishing.get_revision(bureau.ann, publication.revision, database=bureau.database))
    assert [(one.file, one.credit) for one in catalog.pictures_of("shuanglin-si")] == [(image.name, "张三")]
    assert catalog.revision == publication.revision


def test_a_revision_without_pictures_is_called_as_before_there_were_any(bureau: Bureau) -> None:
    tables = publishing.get_revision(bureau.ann, bureau.first.revision, database=bureau.database)
    older = {name: records for name, records in tables.items() if name not in ("pictures", "licences")}
    assert catalog_of(older).revision == bureau.first.revision
