"""Files and the photo of a customer: taken or refused, shown only to those who may, deleted and brought back."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from samphan.administration.models import Member
from samphan.customers import actions, files
from samphan.customers.models import Customer, CustomerFile
from samphan.customers.tests.conftest import htmx, sign_in
from samphan.platform.attachments import MAX_BYTES
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace

PDF = b"%PDF-1.7 \xe0\xb9\x83\xe0\xb8\x9a"


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {**settings.STORAGES["default"]["OPTIONS"], "location": tmp_path},
        },
    }
    return tmp_path


def url(customer: Customer) -> str:
    return f"/customers/{customer.pk}/files/"


def picture(size: tuple[int, int] = (64, 32), form: str = "JPEG", exif: bool = False) -> bytes:
    out = BytesIO()
    drawn = Image.new("RGB", size, "red")
    drawn.paste("blue", (0, 0, size[0] // 2, size[1]))
    notes = Image.Exif()
    if exif:
        notes[0x0112], notes[0x010F] = 6, "PlaceOfTheCamera"  # lies on its side
    drawn.save(out, form, exif=notes)
    return out.getvalue()


def attach(customer: Customer, member: Member, name: str = "สัญญา.pdf", content: bytes = PDF) -> CustomerFile:
    with in_workspace(customer.workspace_id):
        return actions.add_file(customer, ContentFile(content), name=name, acting_member=member)[1]


def test_takes_several_files_and_gives_them_back(
    signed_in: Client, prae: Customer, owner: Member, storage: Path
) -> None:
    sent = [SimpleUploadedFile("สัญญาปี 2570.pdf", PDF), SimpleUploadedFile("บัตร.jpg", picture())]
    answer = signed_in.post(url(prae), {"files": sent}, **htmx())
    assert answer.status_code == 200
    assert "สัญญาปี 2570.pdf" in answer.content.decode()
    with in_workspace(prae.workspace_id):
        photo, contract = files.files_of(prae.pk, owner, limit=5)
    assert (contract.name, contract.size, contract.content_type) == ("สัญญาปี 2570.pdf", len(PDF), "application/pdf")
    assert photo.preview_path
    kept = storage / contract.path
    assert kept.parts[len(storage.parts) :][:2] == ("workspaces", str(prae.workspace_id))
    assert kept.stat().st_mode & 0o777 == 0o600
    given = signed_in.get(f"{url(prae)}{contract.pk}/")
    assert b"".join(given.streaming_content) == PDF
    assert given.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    shown = signed_in.get(f"{url(prae)}{photo.pk}/")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["Content-Disposition"].startswith("inline")
    small = signed_in.get(f"{url(prae)}{photo.pk}/?preview=1")
    with Image.open(BytesIO(b"".join(small.streaming_content))) as drawn:
        assert drawn.size == (160, 160)
    record = signed_in.get(f"/customers/{prae.pk}/").content.decode()
    assert record.count("สัญญาปี 2570.pdf") >= 2, "in the panel and on the timeline"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.html", b"<html><script>1</script>", ".html"),
        ("drawing.svg", b"<svg onload=1>", ".svg"),
        ("tool.exe", b"MZ\x90", ".exe"),
        ("README", b"text", "README"),
        ("empty.pdf", b"", "ว่าง"),
        ("photo.jpg", b"MZ\x90\x00", "ไม่ใช่"),
        ("note.txt", b" \n<!DOCTYPE html><script>", "ไม่ใช่"),
        ("list.csv", b"<svg xmlns=", "ไม่ใช่"),
        ("offer.pdf", b"PK\x03\x04", "ไม่ใช่"),
    ],
)
def test_refuses_with_the_reason_and_takes_the_rest(
    signed_in: Client, prae: Customer, owner: Member, storage: Path, name: str, content: bytes, said: str
) -> None:
    alone = signed_in.post(url(prae), {"files": [SimpleUploadedFile(name, content)]}, **htmx())
    assert alone.status_code == 422
    assert said in alone.content.decode()
    assert name in alone.content.decode()
    assert not [path for path in storage.rglob("*") if path.is_file()]
    both = [SimpleUploadedFile(name, content), SimpleUploadedFile("ดี.pdf", PDF)]
    answer = signed_in.post(url(prae), {"files": both}, **htmx())
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert "ดี.pdf" in answer.content.decode()


def test_refuses_what_is_too_large_too_many_or_nothing(
    signed_in: Client, prae: Customer, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = ContentFile(PDF)
    large.size = MAX_BYTES + 1
    with in_workspace(prae.workspace_id), pytest.raises(Exception, match="26"):
        actions.add_file(prae, large, name="ใหญ่.pdf", acting_member=owner)
    nothing = signed_in.post(url(prae), {}, **htmx())
    assert nothing.status_code == 422
    assert "เลือกไฟล์ก่อน" in nothing.content.decode()
    monkeypatch.setattr("samphan.customers.actions.files.MAX_FILES", 1)
    attach(prae, owner)
    full = signed_in.post(url(prae), {"files": [SimpleUploadedFile("ข.pdf", PDF)]}, **htmx())
    assert full.status_code == 422
    assert "1 ไฟล์" in full.content.decode()


def test_a_name_becomes_no_path(signed_in: Client, prae: Customer, owner: Member, storage: Path) -> None:
    attach(prae, owner, name="../../../etc/ก\x00\nข.pdf")
    with in_workspace(prae.workspace_id):
        [one] = files.files_of(prae.pk, owner, limit=5)
    assert "/" not in one.name
    assert "\n" not in one.name
    assert (storage / one.path).is_file()
    assert str(one.pk) in one.path


def test_is_deleted_and_brought_back(signed_in: Client, prae: Customer, owner: Member) -> None:
    one = attach(prae, owner)
    gone = signed_in.post(f"{url(prae)}{one.pk}/", {}, **htmx())
    assert "สัญญา.pdf" not in gone.content.decode()
    assert signed_in.get(f"{url(prae)}{one.pk}/").status_code == 404
    record = signed_in.get(f"/customers/{prae.pk}/?show=files").content.decode()
    assert "line-through" in record[record.index("timeline-stream") :]
    undo = json.loads(gone.headers["HX-Trigger"])["samphan:toast"]["undo"]
    assert signed_in.post(undo, **htmx()).status_code in (200, 204)
    assert signed_in.get(f"{url(prae)}{one.pk}/").status_code == 200


def test_undo_of_a_file_takes_it_away(prae: Customer, owner: Member) -> None:
    with in_workspace(prae.workspace_id):
        before = list(CustomerFile.objects.values())
        act, _one = actions.add_file(prae, ContentFile(PDF), name="ก.pdf", acting_member=owner)
        undo_changeset(act, member_id=owner.pk)
        assert list(CustomerFile.objects.values()) == before


def test_a_photo_is_drawn_anew_upright_small_and_without_notes(
    signed_in: Client, prae: Customer, owner: Member, storage: Path
) -> None:
    sent = picture((1200, 600), exif=True)
    assert b"PlaceOfTheCamera" in sent
    answer = signed_in.post(f"/customers/{prae.pk}/photo/", {"photo": SimpleUploadedFile("แพร.jpg", sent)}, **htmx())
    assert answer.status_code == 200
    assert "<img" in answer.content.decode()
    [kept] = [path for path in storage.rglob("*") if path.is_file()]
    assert b"PlaceOfTheCamera" not in kept.read_bytes()
    assert kept.stat().st_size < 20_000
    with Image.open(kept) as drawn:
        assert drawn.size == (192, 192)
        assert not drawn.getexif()
        red, _green, blue = drawn.getpixel((96, 20))  # type: ignore[misc]
        assert blue > red, "the left half of a picture on its side is its upper half"
    head = signed_in.get(f"/customers/{prae.pk}/").content.decode()
    head = head[head.index('id="record-head"') :].split("</header>")[0]
    with in_workspace(prae.workspace_id):
        photo = files.photo_of(prae.pk, owner)
    assert photo
    assert f'src="{url(prae)}{photo.pk}/"' in head
    listed = signed_in.get("/customers/").content.decode()
    assert str(photo.pk) not in listed, "lists stay light"
    renewed = signed_in.post(f"/customers/{prae.pk}/photo/", {"remove": "1"}, **htmx())
    assert "<img" not in renewed.content.decode()
    undo = json.loads(renewed.headers["HX-Trigger"])["samphan:toast"]["undo"]
    signed_in.post(undo, **htmx())
    assert "<img" in signed_in.get(f"/customers/{prae.pk}/photo/?head=1", **htmx()).content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("สัญญา.pdf", PDF),
        ("ภาพ.jpg", b"\xff\xd8\xff\xe0broken"),
        ("ภาพ.png", b"\x89PNG\r\n\x1a\nbroken"),
        ("ก.svg", b"<svg>"),
    ],
)
def test_refuses_what_is_no_picture(signed_in: Client, prae: Customer, name: str, content: bytes) -> None:
    refused = signed_in.post(f"/customers/{prae.pk}/photo/", {"photo": SimpleUploadedFile(name, content)}, **htmx())
    assert refused.status_code == 422
    assert "form-error" in refused.content.decode()


def test_refuses_a_picture_that_would_fill_the_memory(
    signed_in: Client, prae: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samphan.platform.pictures.MAX_PIXELS", 1000)
    sent = SimpleUploadedFile("ใหญ่.png", picture((100, 50), "PNG"))
    refused = signed_in.post(f"/customers/{prae.pk}/photo/", {"photo": sent}, **htmx())
    assert refused.status_code == 422
    assert "100 × 50" in refused.content.decode()


def test_is_closed_to_other_companies_and_to_those_who_read_nothing_personal(
    client: Client, prae: Customer, owner: Member, stranger: Member, onlooker: Member
) -> None:
    one = attach(prae, owner)
    for member in (stranger, onlooker):
        sign_in(client, member)
        for address in (url(prae), f"{url(prae)}{one.pk}/", f"/customers/{prae.pk}/photo/"):
            assert client.get(address).status_code == 404, address
        assert client.post(url(prae), {"files": [SimpleUploadedFile("ก.pdf", PDF)]}).status_code == 404
        assert client.post(f"{url(prae)}{one.pk}/", {}).status_code == 404
    assert "สัญญา.pdf" not in client.get(f"/customers/{prae.pk}/").content.decode()
    sign_in(client, owner)
    assert client.get(f"{url(prae)}{one.pk}/").status_code == 200
    with in_workspace(prae.workspace_id):
        actions.delete_customers([prae.pk], acting_member=owner)
    assert client.get(f"{url(prae)}{one.pk}/").status_code == 404


def test_says_that_the_storage_lost_it(signed_in: Client, prae: Customer, owner: Member) -> None:
    one = attach(prae, owner)
    default_storage.delete(one.path)
    lost = signed_in.get(f"{url(prae)}{one.pk}/")
    assert lost.status_code == 410
    assert "สัญญา.pdf" in lost.content.decode()


def test_the_record_asks_no_more_for_many_files(signed_in: Client, prae: Customer, owner: Member) -> None:
    attach(prae, owner)
    signed_in.get(f"/customers/{prae.pk}/")

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            signed_in.get(f"/customers/{prae.pk}/")
        return len(asked)

    few = statements()
    for number in range(8):
        attach(prae, owner, name=f"ไฟล์ {number}.pdf")
    assert statements() <= few
    assert "ดูไฟล์ทั้งหมด" in signed_in.get(f"/customers/{prae.pk}/").content.decode()
    page = signed_in.get(url(prae)).content.decode()
    assert page.count('class="file-name"') == 9
