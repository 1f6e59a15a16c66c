"""Uploads: the content decides; what is refused is named with its remedy and costs no draft."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from pathlib import Path

import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from gateways.evidence import DamagedEvidence, EvidenceStore, NoSuchEvidence
from gateways.evidence_folder import EvidenceFolder
from gateways.uploads import UploadRefused, Uploads, clean_name
from store.district import upload_days
from tests.worlds.house import PDF, House, found, picture, typed


@pytest.fixture
def evidence(tmp_path: Path) -> EvidenceStore:
    """An empty evidence store."""
    return EvidenceFolder(tmp_path / "files")


@pytest.fixture
def uploads(evidence: EvidenceStore) -> Uploads:
    """The rules over it."""
    return Uploads(evidence)


def heic() -> bytes:
    """A small HEIC picture."""
    drawn = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "teal")).save(drawn, quality=50)
    return drawn.getvalue()


def with_camera_data() -> bytes:
    """A JPEG with a position and an owner's name in its EXIF, lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0xA430] = "金丝雀"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (29.0, 33.0, 49.0)
    return picture(60, 40, exif=exif)


def png_claiming(width: int, height: int) -> bytes:
    """A one-bit PNG of a few hundred bytes that claims to be enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    lines = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "content", "media_type", "shown"),
    [
        ("现场.jpg", picture(), "image/jpeg", "现场.jpg"),
        ("IMG_1.HEIC", heic(), "image/heic", "IMG_1.HEIC"),
        ("微信图片.jpg", heic(), "image/heic", "微信图片.jpg.heic"),
        ("a.png", picture(kind="PNG"), "image/png", "a.png"),
        ("A.JPG ", picture(), "image/jpeg", "A.JPG"),
        ("image", picture(), "image/jpeg", "image.jpg"),
        ("照片.jfif", picture(), "image/jpeg", "照片.jfif"),
        ("照片.pjpeg", picture(), "image/jpeg", "照片.pjpeg.jpg"),
        ("IMG_2024.06.21", picture(), "image/jpeg", "IMG_2024.06.21.jpg"),
        ("1.现场照片.渝北区", picture(), "image/jpeg", "1.现场照片.渝北区.jpg"),
        ("x.jpg.download", picture(), "image/jpeg", "x.jpg.download.jpg"),
        ("50MP.jpg", picture(8192, 6144), "image/jpeg", "50MP.jpg"),
        ("微信.webp", picture(kind="WEBP"), "image/webp", "微信.webp"),
        ("微信.jpg", picture(kind="WEBP"), "image/webp", "微信.jpg.webp"),
        ("十位.heic", heic().replace(b"ftypheic", b"ftypheix", 1), "image/heic", "十位.heic"),
        ("报告.pdf", PDF, "application/pdf", "报告.pdf"),
        ("../../etc/整改.jpg", picture(), "image/jpeg", "整改.jpg"),
        ("C:\\dir\\整改.jpg", picture(), "image/jpeg", "整改.jpg"),
        ("cmyk.jpg", picture(), "image/jpeg", "cmyk.jpg"),
    ],
    # A picture's own bytes would be told apart by nothing: no two processes draw them alike.
    ids=lambda value: value if isinstance(value, str) else "content",
)
async def test_pictures_and_pdfs_are_taken_as_they_came(
    uploads: Uploads,
    evidence: EvidenceStore,
    name: str,
    content: bytes,
    media_type: str,
    shown: str,
) -> None:
    taken = await uploads.take(name, content)
    assert (taken.media_type, taken.name, taken.size) == (media_type, shown, len(content))
    assert taken.sha256 == hashlib.sha256(content).hexdigest()
    assert evidence.read(taken.sha256) == content
    assert (evidence.view(taken.sha256) is None) is (media_type == "application/pdf")


async def test_the_view_carries_no_camera_data_and_stands_upright(
    uploads: Uploads, evidence: EvidenceStore
) -> None:
    original = with_camera_data()
    taken = await uploads.take("现场.jpg", original)
    view = evidence.view(taken.sha256)
    assert view is not None
    with Image.open(io.BytesIO(view)) as drawn:
        assert not drawn.getexif()
        assert drawn.size == (40, 60)
    assert "金丝雀".encode() not in view
    assert evidence.read(taken.sha256) == original


@pytest.mark.parametrize("mode", ["CMYK", "L", "1"])
async def test_unusual_pictures_are_redrawn(
    uploads: Uploads, evidence: EvidenceStore, mode: str
) -> None:
    drawn = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.new(mode, (50, 50)).save(drawn, kind, icc_profile=b"\0" * 60_000)
    view = evidence.view((await uploads.take("x.jpg", drawn.getvalue())).sha256)
    assert view is not None
    assert len(view) < 10_000


async def test_an_animated_picture_shows_its_first_frame(uploads: Uploads) -> None:
    frames = [Image.new("RGB", (8, 8), (n % 256, n // 256, 0)) for n in range(300)]
    drawn = io.BytesIO()
    frames[0].save(drawn, "PNG", save_all=True, append_images=frames[1:])
    assert (await uploads.take("a.png", drawn.getvalue())).media_type == "image/png"


GIF = b"GIF89a/*" + b"\0" * 60 + b"*/=1;alert(1)"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
BMP = io.BytesIO()
Image.new("RGB", (4, 4)).save(BMP, "BMP")
TIFF = io.BytesIO()
Image.new("RGB", (4, 4)).save(TIFF, "TIFF")
LONG = io.BytesIO()
Image.new("1", (30_001, 1)).save(LONG, "PNG")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("空.jpg", b"", "empty_file"),
        ("page.jpg", b"<html><script>alert(1)</script></html>", "type_not_allowed"),
        ("gif.jpg", GIF, "type_not_allowed"),
        ("CON.jpg", LONG.getvalue(), "name_not_usable"),
        ("nul", LONG.getvalue(), "name_not_usable"),
        ("Com1.2024.pdf", LONG.getvalue(), "name_not_usable"),
        ("a.png", LONG.getvalue(), "side_too_long"),
        ("a.svg", SVG, "type_not_allowed"),
        ("a.jpg", SVG, "type_not_allowed"),
        ("a.pdf", b"MZ" + b"\0" * 200, "type_not_allowed"),
        ("a.pdf", b"\x7fELF" + b"\0" * 200, "type_not_allowed"),
        ("a.pdf", b"PK\x03\x04" + b"\0" * 200, "type_not_allowed"),
        ("a.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "type_not_allowed"),
        ("a.jpg", BMP.getvalue(), "type_not_allowed"),
        ("a.jpg", TIFF.getvalue(), "type_not_allowed"),
        ("a.jpg.exe", picture(), "type_not_allowed"),
        ("a.jpg%00.php", picture(), "type_not_allowed"),
        ("整改\u202egpj.exe", picture(), "type_not_allowed"),
        ("a.jpg::$DATA", picture(), "type_not_allowed"),
        ("half.jpg", picture(400, 400)[:-800], "picture_damaged"),
        ("half.png", picture(200, 200, "PNG")[:-40], "picture_damaged"),
        ("half.heic", heic()[:-60], "picture_damaged"),
        ("bomb.png", png_claiming(10_000, 10_000), "too_many_pixels"),
        ("bomb.png", png_claiming(60_000, 60_000), "too_many_pixels"),
        ("half.pdf", PDF[:-20], "pdf_damaged"),
        ("锁.pdf", PDF.replace(b"/Size 3", b"/Size 3/Encrypt 9 0 R"), "pdf_encrypted"),
        ("大.jpg", picture() + b"\0" * 20_000_000, "file_too_large"),
        ("大.pdf", PDF + b"\0" * 20_000_000, "file_too_large"),
    ],
)
async def test_anything_else_is_refused_by_name_with_its_remedy(
    uploads: Uploads, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(UploadRefused) as refused:
        await uploads.take(name, content)
    assert refused.value.code == code
    assert f"“{clean_name(name)}”" in str(refused.value)


async def test_a_word_encrypt_inside_a_page_does_not_make_a_pdf_encrypted(uploads: Uploads) -> None:
    content = PDF.replace(
        b"\nxref\n", b"\n3 0 obj<</Length 16>>stream\n/Encrypt 9 0 R  \nendstream endobj\nxref\n"
    )
    assert (await uploads.take("a.pdf", content)).media_type == "application/pdf"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("整改\u202egpj.exe", "整改gpj.exe"),
        ("a\r\nb\x00.jpg", "a b.jpg"),
        ("＜图＞.jpg", "<图>.jpg"),
        ("..", "未命名文件"),
        ("a.jpg.", "a.jpg"),
        ('a"; filename="x.html', 'a"; filename="x.html'),
    ],
)
def test_names_are_cleaned(name: str, shown: str) -> None:
    assert clean_name(name) == shown


@given(st.text(max_size=300))
def test_a_clean_name_stays_clean_and_short(name: str) -> None:
    shown = clean_name(name)
    assert 0 < len(shown) <= 100
    assert not set("/\\\n\r\0") & set(shown)
    assert clean_name(shown) == shown


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(cut=st.integers(1, 600), flip=st.integers(0, 600), bit=st.integers(0, 7))
async def test_a_mutated_picture_is_taken_or_refused_but_never_breaks(
    uploads: Uploads, cut: int, flip: int, bit: int
) -> None:
    content = bytearray(PICTURE)
    content[flip % len(content)] ^= 1 << bit
    try:
        code = (await uploads.take("a.jpg", bytes(content[: len(content) - cut % 50]))).media_type
    except UploadRefused as refused:
        code = refused.code
    assert code in ("image/jpeg", "picture_damaged", "type_not_allowed", "too_many_pixels")


PICTURE = picture()


def test_evidence_is_written_once_and_held_against_its_address(
    evidence: EvidenceStore, tmp_path: Path
) -> None:
    sealed = evidence.put(b"some bytes")
    assert evidence.put(io.BytesIO(b"some bytes")) == sealed
    (kept,) = (tmp_path / "files" / "originals").rglob(sealed.sha256)
    assert list((tmp_path / "files").rglob(".new-*")) == []
    kept.chmod(0o600)
    kept.write_bytes(b"other bytes")
    with pytest.raises(DamagedEvidence):
        evidence.read(sealed.sha256)
    for address in ("../../etc/passwd", "0" * 64, "x"):
        with pytest.raises(NoSuchEvidence):
            evidence.open(address)


async def test_a_refused_file_keeps_the_draft_and_the_other_files(house: House) -> None:
    visitor = await house.visitor()
    answer = await visitor.press(
        "submit", typed(text="不能丢"), [("好.jpg", picture()), ("坏<b>.jpg", SVG)]
    )
    assert answer.status_code == 422
    assert "“坏&lt;b&gt;.jpg”不是可接收的文件" in answer.text
    page = (await visitor.see()).text
    assert "不能丢" in page
    assert "好.jpg" in page


async def test_files_are_added_one_at_a_time_and_removed(house: House) -> None:
    visitor = await house.visitor()
    first = (await visitor.upload("一.jpg", picture())).json()
    second = (await visitor.upload("二.pdf", PDF)).json()
    again = (await visitor.upload("一再.jpg", house.services.evidence.read(first["sha256"]))).json()
    assert again["sha256"] == first["sha256"]
    assert (await visitor.hidden())["file"] == [first["sha256"], second["sha256"]]
    await visitor.press(f"remove:{first['sha256']}", typed())
    assert (await visitor.hidden())["file"] == [second["sha256"]]
    answer = await visitor.press("submit", typed())
    receipt = (await visitor.see(answer.headers["location"])).text
    assert second["sha256"] in receipt
    assert first["sha256"] not in receipt


async def test_a_picture_is_shown_redrawn_and_a_pdf_only_saved(house: House) -> None:
    visitor = await house.visitor()
    photo = (await visitor.upload("一.heic", heic())).json()
    paper = (await visitor.upload("二.pdf", PDF)).json()
    shown = await visitor.see(f"/f/files/{photo['sha256']}")
    assert shown.headers["content-type"] == "image/jpeg"
    saved = await visitor.see(f"/f/files/{paper['sha256']}")
    assert saved.content == PDF
    assert saved.headers["content-disposition"].startswith("attachment; ")
    assert "sandbox" in saved.headers["content-security-policy"]
    assert saved.headers["x-content-type-options"] == "nosniff"


async def test_the_same_bytes_of_two_districts_stay_apart(house: House) -> None:
    await house.transferred("CQ2024-0002", district="500104")
    one, other = await house.visitor(), await house.visitor(await house.link("CQ2024-0002"))
    shared, secret = picture(), picture()
    same = [(await v.upload("同.jpg", shared)).json()["sha256"] for v in (one, other)]
    assert same[0] == same[1]
    hidden = (await other.upload("密.jpg", secret)).json()["sha256"]
    assert (await one.see(f"/f/files/{hidden}")).status_code == 404
    assert (await one.see(f"/f/files/{same[0]}")).status_code == 200


async def test_a_form_may_not_list_a_file_that_is_not_its_own(house: House) -> None:
    await house.transferred("CQ2024-0002", district="500104")
    other = await house.visitor(await house.link("CQ2024-0002"))
    foreign = (await other.upload("密.jpg", picture())).json()["sha256"]
    visitor = await house.visitor()
    answer = await visitor.press("submit", {**typed(), "file": [foreign]})
    assert answer.status_code == 422
    assert "请核对附件" in answer.text


async def test_the_eleventh_file_is_refused(house: House) -> None:
    visitor = await house.visitor()
    for number in range(10):
        assert (await visitor.upload(f"{number}.pdf", PDF + b"\n" * number)).status_code == 200
    answer = await visitor.upload("十一.jpg", picture())
    assert answer.status_code == 422
    assert answer.json() == {
        "code": "too_many_files",
        "message": "附件最多10个，“十一.jpg”未能添加，请先删去不需要的附件。",
    }


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("空.jpg", b"", 422),
        ("大.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 20_000_001, 413),
        ("大.pdf", PDF + b"\0" * 25_000_000, 413),
        ("a.svg", SVG, 415),
    ],
)
async def test_refused_uploads_have_their_status(
    house: House, name: str, content: bytes, status: int
) -> None:
    visitor = await house.visitor()
    answer = await visitor.upload(name, content)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message"}


async def test_a_links_share_of_the_day_is_said_before_the_file_is_looked_into(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_days, "MOST_OF_A_LINK", len(picture()) + 10)
    visitor = await house.visitor()
    assert (await visitor.upload("一.jpg", picture())).status_code == 200
    refused = await visitor.upload("二.jpg", picture())
    assert refused.status_code == 429
    assert "今日上传的附件总量已达上限" in refused.text
    house.clock.pass_by(days=1)
    visitor = await house.visitor()
    assert (await visitor.upload("二.jpg", picture())).status_code == 200


async def test_one_link_cannot_upload_without_end(house: House) -> None:
    visitor = await house.visitor()
    hidden = await visitor.hidden()
    statuses = []
    for _ in range(121):
        answer = await visitor.browser.post(
            "/f/files",
            data={"csrf": hidden["csrf"]},
            files={"upload": ("空.jpg", b"")},
            headers={"accept": "application/json"},
        )
        statuses.append(answer.status_code)
    assert statuses == [422] * 120 + [429]
    house.clock.pass_by(hours=1, minutes=1)
    assert (await visitor.upload("一.jpg", picture())).status_code == 200


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("multipart/form-data", b"--x\r\n", 400),
        ("multipart/form-data; boundary=" + "x" * 10_000, b"--x\r\n", 400),
        ("multipart/form-data; boundary=x", b"rubbish", 400),
        ("text/plain", b"hello", 403),
        ("application/json", b'{"csrf": 1, "csrf": NaN}', 403),
    ],
)
async def test_broken_forms_are_refused_as_pages(
    house: House, content_type: str, body: bytes, status: int
) -> None:
    visitor = await house.visitor()
    answer = await visitor.browser.post(
        "/f/problem", content=body, headers={"content-type": content_type}
    )
    assert answer.status_code == status
    assert "<h1>未能办理</h1>" in answer.text


async def test_too_many_parts_and_packed_bodies_are_refused(house: House) -> None:
    visitor = await house.visitor()
    hidden = await visitor.hidden()
    many = {**hidden, **{f"f{n}": "x" for n in range(1001)}}
    assert (await visitor.post(many)).status_code == 400
    answer = await visitor.post({**hidden, **typed()}, **{"content-encoding": "gzip"})
    assert answer.status_code == 415
    answer = await visitor.post(hidden, [(f"{n}.jpg", b"x") for n in range(12)])
    assert answer.status_code == 400
    answer = await visitor.post({**hidden, **typed(text="字" * 400_000)})
    assert answer.status_code == 400


async def test_a_hostile_name_is_escaped_wherever_it_is_shown(house: House) -> None:
    visitor = await house.visitor()
    await visitor.upload("<img src=x onerror=1>.jpg", picture())
    answer = await visitor.press("submit", typed())
    for page in (answer.headers["location"], "/f/problem"):
        shown = (await visitor.see(page)).text
        assert "<img src=x" not in shown
        assert found(r"(&lt;img src=x onerror=1&gt;.jpg)", shown)


async def test_an_inspection_takes_no_longer_than_it_may(
    uploads: Uploads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = tmp_path / "inspector.py"
    endless.write_text("import time\nwhile True:\n    time.sleep(1)\n")
    monkeypatch.setattr("gateways.uploads._INSPECTOR", endless)
    monkeypatch.setattr("gateways.uploads.INSPECTION_SECONDS", 0.01)
    with pytest.raises(UploadRefused) as refused:
        await uploads.take("a.jpg", picture())
    assert refused.value.code == "inspection_failed"
