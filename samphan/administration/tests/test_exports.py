"""A list leaves as a file: exactly what is seen, by those who may, and written down."""

import csv
import errno
import re
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation
from python_calamine import CalamineWorkbook

from samphan.administration.models import AuditEntry, Member, Workspace
from samphan.customers.models import Customer, Identity
from samphan.platform import lists
from samphan.platform.exports import (
    ExportRefused,
    NotAllowed,
    export_to_file,
    exporting,
    files,
    reading,
    shown,
    stream_csv,
)
from samphan.platform.imports.reading import guard_formula, unguard_formula
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.collation import sort_key

BANGKOK = ZoneInfo("Asia/Bangkok")
NASTY = [
    "=1+1", "+66 81", "-1,250.50", "@SUM(A1)", "\t=cmd", "＝1", " =1", "\u200b=1", "=HYPERLINK(\"x\")", "-", "+", "ปกติ",
    "a,b", 'say "hi"', "two\nlines", "50%", "-5%", "+ ฿ 5", "--1", "'=1", "\ufeff@a", "\u00a0+x", "+(66)81", "=",
]  # fmt: skip


@pytest.fixture
def people(workspace: Workspace, owner: Member) -> list[UUID]:
    made = []
    with in_workspace(workspace.id):
        for number, nick in enumerate(NASTY):
            one = Customer.objects.create(
                workspace=workspace, name=f"ลูกค้า {number:02}", name_key=sort_key(f"ลูกค้า {number:02}"), nickname=nick,
                grade="ABCD"[number % 4], stage=["", "new", "regular"][number % 3], order_count=number,
                total_spent=number * 1000 + number / 8, owner_id=owner.pk if number % 2 else None,
                tax_id="3100600445635" if number == 3 else "", branch="00000" if number == 3 else "",
                birth_date="1990-02-12" if number % 5 == 0 else None,
                last_order_at=f"2026-02-{number + 1:02}T20:30:00Z" if number % 4 else None,
            )  # fmt: skip
            Identity.objects.create(workspace=workspace, customer=one, kind="phone", value=f"+668123456{number:02}")
            if number % 2:
                Identity.objects.create(
                    workspace=workspace, customer=one, kind="phone", value=f"+6621234{number:03}", position=1
                )
            Identity.objects.create(workspace=workspace, customer=one, kind="email", value=f"a{number}@x.example")
            made.append(one.pk)
    return made


def read(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(raw.decode(), newline="")))


def test_writes_stored_values_under_catalogue_names(
    people: list[UUID], owner: Member, inside: Workspace, tmp_path: Path
) -> None:
    fields = ["name", "phone", "email", "grade", "tax_id", "birth_date", "last_order_at", "total_spent", "owner"]
    path = tmp_path / "out.csv"
    assert export_to_file(path, "customers", viewer=owner, file_format="csv", fields=fields) == len(NASTY)
    rows = {row["name"]: row for row in read(path)}
    assert list(rows["ลูกค้า 03"]) == fields
    assert rows["ลูกค้า 03"] == {
        "name": "ลูกค้า 03", "phone": "+66812345603; +6621234003", "email": "a3@x.example", "grade": "D",
        "tax_id": "3100600445635", "birth_date": "", "last_order_at": "2026-02-05T03:30:00+07:00",
        "total_spent": "3000.375000", "owner": str(owner.pk),
    }  # fmt: skip
    assert rows["ลูกค้า 00"]["birth_date"] == "1990-02-12"
    assert rows["ลูกค้า 00"]["last_order_at"] == ""


def test_guards_formulas_as_the_import_takes_them_back(
    people: list[UUID], owner: Member, inside: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    export_to_file(path, "customers", viewer=owner, file_format="csv", fields=["name", "nickname"])
    written = {row["name"]: row["nickname"] for row in read(path)}
    for number, nick in enumerate(NASTY):
        assert ascii(written[f"ลูกค้า {number:02}"]) == ascii(guard_formula(nick))
        if not nick.startswith("'"):
            assert unguard_formula(guard_formula(nick)) == nick


CONDITIONS: list[Any] = [
    None,
    {"field": "grade", "operator": "is", "value": "A"},
    {"version": 1, "where": {"field": "phone", "operator": "contains", "value": "0381"}},
    {
        "and": [
            {"field": "order_count", "operator": "at_least", "value": 5},
            {"not": {"field": "stage", "operator": "is", "value": "new"}},
        ]
    },
    {
        "or": [
            {"field": "total_spent", "operator": "less", "value": 2000.5},
            {"field": "email", "operator": "is", "value": "a9@x.example"},
        ]
    },
    {"field": "last_order_at", "operator": "is_unknown"},
]  # fmt: skip


@pytest.mark.parametrize("where", CONDITIONS)
def test_holds_exactly_the_rows_of_the_list_in_its_order(
    people: list[UUID], owner: Member, inside: Workspace, tmp_path: Path, where: Any
) -> None:
    path = tmp_path / "out.csv"
    count = export_to_file(path, "customers", viewer=owner, file_format="csv", fields=["name"], where=where)
    export = exporting("customers", viewer=owner, file_format="csv", fields=["name"], where=where)
    page = lists.page(export.queryset, export.state, owner, now=timezone.now(), zone=BANGKOK)
    assert [row["name"] for row in read(path)] == [row["name"] for row in page.rows]
    assert count == len(page.rows)


@pytest.mark.parametrize(
    "query",
    ["", "sort=name", "sort=-total_spent,name&f=grade:is:B", "f=order_count:at_least:20&columns=phone,total_spent"],
)
def test_the_stream_shows_what_the_list_shows(people: list[UUID], owner: Member, inside: Workspace, query: str) -> None:
    export = exporting("customers", viewer=owner, file_format="csv", query=query, zone=BANGKOK)
    page = lists.page(export.queryset, export.state, owner, now=timezone.now(), zone=BANGKOK)
    rows = list(csv.reader(StringIO(b"".join(stream_csv(export, era="be")).decode("utf-8-sig"), newline="")))
    at = [field.name for field in export.fields].index("name")
    assert [row[at] for row in rows[1:]] == [row["name"] for row in page.rows]


def test_the_browser_gets_labels_dates_and_phones_as_shown(signed_in: Client, people: list[UUID]) -> None:
    answer = signed_in.get(
        "/export/customers/?format=csv&f=order_count:is:3&columns=phone,last_order_at,total_spent,grade,owner,birth_date"
    )
    raw = b"".join(answer.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer["Content-Disposition"]
    head, row = list(csv.reader(StringIO(raw.decode("utf-8-sig"))))
    assert len(head) == 7
    assert row[:6] == ["ลูกค้า 03", "081-234-5603; 02 123 4003", "5 ก.พ. 2569 03:30 น.", "3000.375", "D", "เมย์"]


def test_every_column_on_request(signed_in: Client, people: list[UUID], owner: Member) -> None:
    answer = signed_in.get("/export/customers/?format=csv&which=all&columns=name")
    head = next(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(head) > 25


def test_a_workbook_holds_numbers_dates_and_texts(signed_in: Client, people: list[UUID]) -> None:
    answer = signed_in.get(
        "/export/customers/?format=xlsx&sort=name&columns=phone,tax_id,total_spent,birth_date,nickname"
    )
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == len(NASTY) + 1
    assert rows[4][:4] == ["ลูกค้า 03", "081-234-5603; 02 123 4003", "3-1006-00445-63-5", 3000.375]
    assert str(rows[1][4])[:10] == "1990-02-12"
    assert rows[1][5] == "'=1+1"


def test_a_workbook_of_the_command_line(people: list[UUID], owner: Member, inside: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    fields = ["name", "phone", "order_count", "total_spent", "note"]
    assert export_to_file(path, "customers", viewer=owner, file_format="xlsx", fields=fields) == len(NASTY)
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert rows[0] == fields
    assert ["ลูกค้า 03", "+66812345603; +6621234003", 3.0, 3000.375, ""] in rows


def test_products_and_orders_leave_too(owner: Member, inside: Workspace, tmp_path: Path) -> None:
    for entity in ("orders", "products"):
        path = tmp_path / f"{entity}.csv"
        assert export_to_file(path, entity, viewer=owner, file_format="csv") == 0
        assert path.read_text().count("\n") == 1


def test_refuses_fields_that_are_not_for_the_viewer(
    people: list[UUID], onlooker: Member, owner: Member, inside: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    with pytest.raises(NotAllowed):
        export_to_file(path, "customers", viewer=onlooker, file_format="csv")
    onlooker.roles = ["read_only", "finance"]
    onlooker.may_read = lambda privacy: privacy in ("public", "business")  # type: ignore[method-assign]
    export_to_file(path, "customers", viewer=onlooker, file_format="csv")
    assert not {"phone", "email", "tax_id", "note", "total_spent"} & set(read(path)[0])
    with pytest.raises(ExportRefused, match="phone"):
        export_to_file(path, "customers", viewer=onlooker, file_format="csv", fields=["name", "phone"])
    with pytest.raises(Exception, match="phone"):
        export_to_file(
            path, "customers", viewer=onlooker, file_format="csv",
            where={"field": "phone", "operator": "contains", "value": "081"},
        )  # fmt: skip
    with pytest.raises(ExportRefused, match="shoe_size"):
        export_to_file(path, "customers", viewer=owner, file_format="csv", fields=["shoe_size"])


def test_a_list_narrowed_by_hidden_numbers_is_not_narrowed_in_the_file(
    people: list[UUID], onlooker: Member, inside: Workspace
) -> None:
    onlooker.may = lambda permission: True  # type: ignore[method-assign]
    export = exporting("customers", viewer=onlooker, file_format="csv", query="q=0812345603")
    assert not [row for chunk in export.chunks() for row in chunk]


def test_two_companies_export_their_own(people: list[UUID], stranger: Member, tmp_path: Path) -> None:
    with in_workspace(stranger.workspace_id):
        assert export_to_file(tmp_path / "o.csv", "customers", viewer=stranger, file_format="csv") == 0


def test_the_file_appears_whole_or_not_at_all(
    people: list[UUID], owner: Member, inside: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.csv"
    path.write_text("the old one")

    def full(part: Path, _export: object) -> int:
        part.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "_write_csv", full)
    with pytest.raises(ExportRefused) as refusal:
        export_to_file(path, "customers", viewer=owner, file_format="csv")
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert path.read_text() == "the old one"
    assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]


def test_a_folder_that_is_not_there_is_one_sentence(owner: Member, inside: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="nowhere"):
        export_to_file(tmp_path / "nowhere" / "out.csv", "customers", viewer=owner, file_format="csv")


def test_writes_down_who_took_what(signed_in: Client, people: list[UUID], owner: Member) -> None:
    b"".join(signed_in.get("/export/customers/?format=csv&columns=name,phone&f=grade:is:A").streaming_content)
    with in_workspace(owner.workspace_id):
        entry = AuditEntry.objects.get(action="customers.list_exported")
    assert entry.member_id == owner.pk
    assert entry.detail == {"rows": 6, "format": "csv", "fields": ["name", "phone"], "filtered": True}


def test_a_reader_who_goes_away_is_written_down_too(people: list[UUID], owner: Member, inside: Workspace) -> None:
    stream = stream_csv(exporting("customers", viewer=owner, file_format="csv", query=""), era="be")
    next(stream)
    stream.close()
    assert AuditEntry.objects.get(action="customers.list_exported").detail["rows"] == 0


def texts(answer: Any) -> list[list[str]]:
    raw = b"".join(answer.streaming_content)
    return list(csv.reader(StringIO(raw.decode("utf-8-sig"), newline="")))


def test_takes_the_chosen_rows_alone_in_the_order_of_the_list(
    signed_in: Client, people: list[UUID], owner: Member
) -> None:
    chosen = {"ids": [people[9], people[2], people[5]], "format": "csv"}
    state = "sort=-order_count&columns=grade,name,phone&f=grade:is:A"
    rows = texts(signed_in.post("/export/customers/", chosen | {"list": state}))
    assert [row[0] for row in rows[1:]] == ["ลูกค้า 09", "ลูกค้า 05", "ลูกค้า 02"]
    assert rows[0] == ["ชื่อ", "เกรด", "โทรศัพท์"]
    book = signed_in.post("/export/customers/", chosen | {"list": state, "format": "xlsx"})
    sheet = CalamineWorkbook.from_filelike(BytesIO(b"".join(book.streaming_content))).get_sheet_by_index(0).to_python()
    assert sheet == rows
    with in_workspace(owner.workspace_id):
        first = AuditEntry.objects.filter(action="customers.list_exported").order_by("id")[0]
    assert first.detail["selected"] == 3
    assert first.detail["rows"] == 3


def test_takes_all_that_match_where_all_were_chosen(signed_in: Client, people: list[UUID]) -> None:
    asked = {"all": "1", "list": "f=grade:is:B&columns=name", "format": "csv"}
    assert len(texts(signed_in.post("/export/customers/", asked))) == 1 + len(NASTY) // 4


def test_says_that_nothing_is_selected(signed_in: Client, people: list[UUID]) -> None:
    answer = signed_in.post("/export/customers/", {"ids": "nonsense", "format": "csv"}, headers={"hx-request": "true"})
    assert answer.status_code == 409


def test_a_view_named_alone_is_exported_as_it_opens(signed_in: Client, people: list[UUID]) -> None:
    for query in ("v=people", "v=at-risk"):
        page = signed_in.get(f"/customers/?{query}")
        listing = page.context["list"]
        rows = texts(signed_in.get(f"/export/customers/?{query}&format=csv"))
        assert rows[0] == [str(column["label"]) for column in listing.heads()]
        assert len(rows) - 1 == listing.narrowed().count()


def test_every_list_leads_with_its_own_name_in_the_file_too(signed_in: Client) -> None:
    for entity in ("orders", "products"):
        chosen = signed_in.get(f"/export/{entity}/?format=csv&columns={'total' if entity == 'orders' else 'sku'}")
        listed = signed_in.get(f"/{entity}/?columns={'total' if entity == 'orders' else 'sku'}").context["list"]
        assert texts(chosen)[0] == [str(column["label"]) for column in listed.heads()]


def test_offers_the_file_for_selected_rows(
    signed_in: Client, people: list[UUID], client_of: Callable[[Member], Client], salesperson: Member
) -> None:
    assert 'hx-get="/export/customers/' in signed_in.get("/customers/").content.decode()
    dialog = signed_in.get("/export/customers/?columns=name,grade", headers={"hx-request": "true"}).content.decode()
    shown = " ".join(re.sub(r"<[^>]+>", " ", dialog).split())
    assert "ชื่อ, เกรด" in shown
    assert 'formaction="/export/customers/"' in dialog
    other = client_of(salesperson)
    assert "/export/customers/" not in other.get("/customers/").content.decode()
    assert other.post("/export/customers/", {"ids": people[0], "format": "csv"}).status_code == 403


def test_asks_which_file(signed_in: Client, people: list[UUID]) -> None:
    page = signed_in.get("/export/customers/?f=grade:is:A&columns=name,phone")
    assert page.status_code == 200
    assert 'name="f" value="grade:is:A"' in page.content.decode()


def test_is_for_those_who_may_export(
    client_of: Callable[[Member], Client], onlooker: Member, salesperson: Member, owner: Member, client: Client
) -> None:
    assert client_of(owner).get("/export/customers/?format=csv").status_code == 200
    for member in (onlooker, salesperson):
        assert client_of(member).get("/export/customers/?format=csv").status_code == 403
    assert client_of(owner).get("/export/nothing/").status_code == 404
    assert client.get("/export/customers/").status_code == 302


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("era", ["be", "ce"])
@pytest.mark.parametrize("from_rows", [1, 10**9])
def test_the_database_writes_what_the_screen_shows(
    people: list[UUID], owner: Member, inside: Workspace, monkeypatch: pytest.MonkeyPatch, language: str, era: Any,
    from_rows: int,
) -> None:  # fmt: skip
    monkeypatch.setattr(reading, "SETS_FROM", from_rows)
    for person, phones in ((0, ["+66532123456", "+66531234567", "+661800123456"]), (1, ["+6653123456"])):
        for place, phone in enumerate(phones):
            Identity.objects.create(
                workspace=inside, customer_id=people[person], kind="phone", value=phone, position=5 + place
            )
    Customer.objects.filter(pk=people[5]).update(tax_id="0105550000007", branch="00012", total_spent="12.345600")
    with translation.override(language):
        export = exporting("customers", viewer=owner, file_format="csv", query="sort=name", every_field=True)
        raw = b"".join(stream_csv(export, era=era))
        rows = list(csv.reader(StringIO(raw.decode("utf-8-sig"), newline="")))[1:]
        write = shown.writers(export, era=era)
        expected = [
            [
                "" if value in (None, "", []) else one(value).replace("\r\n", "\n")
                for one, value in zip(write, row, strict=True)
            ]
            for chunk in export.chunks()
            for row in chunk
        ]
    assert rows == expected


def test_reading_child_rows_in_one_pass_changes_nothing(
    people: list[UUID], owner: Member, inside: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    for from_rows in (1, 10**9):
        monkeypatch.setattr(reading, "SETS_FROM", from_rows)
        for fields in (None, ["phone", "email"], ["name", "tags", "province", "phone"]):
            export_to_file(tmp_path / "o.csv", "customers", viewer=owner, file_format="csv", fields=fields)
            written.append((tmp_path / "o.csv").read_text())
    assert written[:3] == written[3:]
