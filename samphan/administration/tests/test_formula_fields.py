"""Formula fields: in settings, lists, filters, records and files, and what they keep from whom."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from samphan.administration.custom_fields import actions, definitions, hosts, values, writing
from samphan.administration.custom_fields.actions import BadField, Draft, FieldIsRead
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.models import Member, Workspace
from samphan.customers import actions as customer_actions
from samphan.customers.models import Customer
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db
Make = Callable[..., CustomField]


def customers() -> hosts.Host:
    host = hosts.find("customers")
    assert host is not None
    return host


@pytest.fixture
def make(workspace: Workspace, owner: Member) -> Make:
    def made(label: str, kind: str = "number", **more: Any) -> CustomField:
        with in_workspace(workspace.pk):
            return actions.add_field(customers(), Draft(kind, label, **more), acting_member=owner)

    return made


@pytest.fixture
def formula(make: Make) -> Make:
    def made(label: str, text: str, **more: Any) -> CustomField:
        places = more.pop("places", "")
        return make(label, "formula", rules={"formula": text, "places": places}, **more)

    return made


@pytest.fixture
def people(workspace: Workspace, owner: Member) -> list[Customer]:
    with in_workspace(workspace.pk):
        return [
            customer_actions.create_customer({"name": name}, acting_member=owner).customer
            for name in ("สมชาย ใจดี", "มาลี ศรีสุข", "กานดา แก้วใส")
        ]


def give(owner: Member, customer: Customer, field: CustomField, text: str) -> None:
    with in_workspace(owner.workspace_id):
        customer.refresh_from_db()
        seen = values.as_text(customer.custom.get(field.key))
        writing.edit_value(customers(), customer, field.name, text, seen=seen, acting_member=owner)
        customer.refresh_from_db()


def names(client: Client, query: dict[str, str]) -> list[str]:
    page = client.get("/customers/", {"columns": "name", **query}).content.decode()
    found = [(page.index(name), name) for name in ("สมชาย", "มาลี", "กานดา") if name in page]
    return [name for _place, name in sorted(found)]


def test_a_formula_is_shown_filtered_sorted_exported_and_read_by_programs(
    signed_in: Client, owner: Member, make: Make, formula: Make, people: list[Customer]
) -> None:
    cost, price = make("ต้นทุน", "money", label_en="Cost"), make("ราคา", "money", label_en="Price")
    share = formula("อัตรากำไร", "({ราคา} - {Cost}) / {ราคา} * 100", label_en="Margin", places="1")
    for customer, (one, other) in zip(people, [("60", "90"), ("50", "200"), ("10", "0")], strict=True):
        give(owner, customer, cost, one)
        give(owner, customer, price, other)
    assert share.rules == {"formula": f"({{{price.name}}} - {{{cost.name}}}) / {{{price.name}}} * 100",
                           "gives": "number", "places": 1}  # fmt: skip
    page = signed_in.get("/customers/", {"columns": f"name,{share.name}"}).content.decode()
    assert "33.3" in page and "75" in page and "33.33" not in page
    assert names(signed_in, {"f": f"{share.name}:at_least:70"}) == ["มาลี"]
    assert names(signed_in, {"f": f"{share.name}:is_unknown"}) == ["กานดา"]
    assert names(signed_in, {"sort": f"-{share.name}"}) == ["มาลี", "สมชาย", "กานดา"]
    assert names(signed_in, {"sort": share.name}) == ["กานดา", "สมชาย", "มาลี"]
    out = signed_in.get(f"/export/customers/?columns=name,{share.name}&format=csv&sort={share.name}")
    text = b"".join(out.streaming_content if out.streaming else [out.content]).decode()
    assert "อัตรากำไร" in text and ",33.30" in text
    with in_workspace(owner.workspace_id):
        assert writing.values_of(customers(), people[0], owner)[share.name] == Decimal("33.3")


def test_a_record_shows_what_its_formula_gives_and_how_but_nobody_types_it(
    signed_in: Client, owner: Member, make: Make, formula: Make, people: list[Customer]
) -> None:
    due = make("ครบสัญญา", "date")
    left = formula("อายุสัญญา", "จำนวนวัน(date(2026, 1, 1), {ครบสัญญา})")
    give(owner, people[0], due, "31/1/2026")
    page = signed_in.get(f"/customers/{people[0].pk}/").content.decode()
    row = page[page.index(f'id="field-{left.name}"') :][:900]
    assert "30" in row and "= จำนวนวัน(date(2026, 1, 1), {ครบสัญญา})" in row and "hx-get" not in row.split("</div>")[0]
    address = f"/fields/customers/{people[0].pk}/{left.name}/edit/"
    assert signed_in.get(address).status_code == 404
    assert signed_in.post(address, {"value": "5", "seen": ""}).status_code == 404
    with in_workspace(owner.workspace_id), translation.override("th"):
        with pytest.raises(values.BadValue, match="สูตร"):
            writing.edit_value(customers(), people[0], left.name, "5", seen="30", acting_member=owner)
        found, problems = writing.read_values(customers(), {left.name: 5}, owner, for_new=True)
        assert left.name not in found and "สูตร" in str(problems[left.name])
        people[0].refresh_from_db()
        assert left.key not in people[0].custom


def test_a_formula_reads_another_one_and_the_fields_of_samphan(
    signed_in: Client, owner: Member, make: Make, formula: Make, people: list[Customer]
) -> None:
    with in_workspace(owner.workspace_id):
        Customer.objects.filter(pk=people[0].pk).update(
            total_spent=Decimal("1234.50"), order_count=4,
            first_order_at=timezone.now().replace(year=2026, month=3, day=1, hour=18, minute=30),
        )  # fmt: skip
        people[0].refresh_from_db()
    average = formula("ต่อบิล", "{ซื้อสะสม} / {order_count}", privacy="financial")
    twice = formula("ต่อบิลสองเท่า", "{ต่อบิล} * 2", privacy="financial")
    first = formula("ซื้อแรก", "{first_order_at}")
    word = formula("คำ", '"ซื้อ " & {order_count} & " ครั้ง"')
    assert average.rules["gives"] == "money"
    with in_workspace(owner.workspace_id):
        given = writing.values_of(customers(), people[0], owner)
    # Half past one in the morning in Bangkok: already the second.
    wanted = {average: Decimal("308.63"), twice: Decimal("617.26"), first: date(2026, 3, 2), word: "ซื้อ 4 ครั้ง"}
    for field, value in wanted.items():
        assert given[field.name] == value, field
    shown = signed_in.get(
        "/customers/", {"columns": ",".join(("name", *(one.name for one in wanted)))}
    ).content.decode()
    assert "308.63" in shown and "617.26" in shown and "2 มี.ค. 2569" in shown and "ซื้อ 4 ครั้ง" in shown
    assert names(signed_in, {"f": f"{first.name}:on:2026-03-02"}) == ["สมชาย"]
    assert names(signed_in, {"f": f"{word.name}:contains:4 ครั้ง"}) == ["สมชาย"]
    assert names(signed_in, {"sort": f"-{first.name}"})[0] == "สมชาย"
    assert names(signed_in, {"sort": f"-{word.name}"})[0] == "สมชาย"  # the others bought 0 times
    # A second zone has another day.
    from samphan.administration.settings import region

    with in_workspace(owner.workspace_id):
        region.REGION.applied(owner.workspace_id, {  # type: ignore[misc]
            "time_zone": "UTC", "era": "be", "week_start": 6, "languages": ["th"],
        })  # fmt: skip
        assert writing.values_of(customers(), people[0], owner)[first.name] == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ว่าง"),
        ("{ไม่มีฟิลด์นี้} + 1", "ไม่มีฟิลด์นี้"),
        ("{เบอร์โทร}", "เบอร์โทร"),
        ("1 + ", "จบ"),
        ("{ชื่อ} + 1", "ตัวเลข"),
    ],
)
def test_a_formula_that_cannot_be_used_is_refused_at_its_place(
    signed_in: Client, owner: Member, text: str, said: str
) -> None:
    form = {"kind": "formula", "label_th": "สูตร", "privacy": "business", "formula": text}
    refused = signed_in.post("/settings/fields/customers/new/", form)
    assert refused.status_code == 422 and said in refused.content.decode()
    with in_workspace(owner.workspace_id):
        assert not CustomField.objects.exists()


def test_a_circle_is_refused_and_what_a_formula_reads_is_not_archived(owner: Member, make: Make, formula: Make) -> None:
    base = make("ฐาน")
    first = formula("หนึ่ง", "{ฐาน} + 1")
    second = formula("สอง", "{หนึ่ง} + 1")
    formula("สาม", "{สอง} + {หนึ่ง}")
    with in_workspace(owner.workspace_id), translation.override("th"):
        for text, way in (("{หนึ่ง} + 1", "หนึ่ง → หนึ่ง"), ("{สาม}", "หนึ่ง → สาม → หนึ่ง")):
            with pytest.raises(BadField) as refused:
                actions.change_field(first, Draft("formula", "หนึ่ง", rules={"formula": text}), acting_member=owner)
            assert way in refused.value.problems["formula"]
            first.refresh_from_db()
        with pytest.raises(FieldIsRead, match="หนึ่ง"):
            actions.archive_field(base, acting_member=owner)
        with pytest.raises(BadField) as refused:
            actions.change_field(second, Draft("formula", "สอง", rules={"formula": '"ก"'}), acting_member=owner)
        assert "formula" in refused.value.problems
        # A label that changes leaves the formula what it was.
        actions.change_field(base, Draft("number", "ฐานใหม่"), acting_member=owner)
        known = definitions.formulas_of("customers", owner.workspace_id)
        assert known.readable(known.custom[first.name]) == "{ฐานใหม่} + 1"


def test_a_choice_is_compared_by_its_label_and_stays_what_it_is_called_later(
    signed_in: Client, owner: Member, make: Make, formula: Make, people: list[Customer]
) -> None:
    roast = make("คั่ว", "choice", choices=[{"th": "คั่วอ่อน", "en": "Light"}, {"th": "คั่วเข้ม", "en": "Dark"}])
    field = formula("คำแนะนำ", 'ถ้า({คั่ว} = "คั่วเข้ม", "ดื่มร้อน", ถ้า({คั่ว} = "Light", "ดริป"))')
    assert field.rules["formula"] == f'ถ้า({{{roast.name}}} = "dark", "ดื่มร้อน", ถ้า({{{roast.name}}} = "light", "ดริป"))'
    give(owner, people[0], roast, "คั่วเข้ม")
    give(owner, people[1], roast, "Light")
    assert names(signed_in, {"f": f"{field.name}:is:ดื่มร้อน"}) == ["สมชาย"]
    assert names(signed_in, {"f": f"{field.name}:is:ดริป"}) == ["มาลี"]
    shown = signed_in.get(f"/settings/fields/customers/{field.pk}/").content.decode()
    assert "{คั่ว} = &quot;คั่วเข้ม&quot;" in shown


def test_an_undone_source_leaves_a_formula_that_gives_nothing_and_says_so(
    signed_in: Client, owner: Member, make: Make, formula: Make, people: list[Customer]
) -> None:
    base = make("ฐาน")
    field = formula("บวกหนึ่ง", "{ฐาน} + 1")
    give(owner, people[0], base, "5")
    assert names(signed_in, {"f": f"{field.name}:is:6"}) == ["สมชาย"]
    with in_workspace(owner.workspace_id):
        undo_changeset(base.created_in, member_id=owner.pk)
    assert names(signed_in, {"f": f"{field.name}:is:6"}) == []
    assert len(names(signed_in, {"sort": field.name})) == 3
    assert "ไม่มีฟิลด์" in signed_in.get(f"/settings/fields/customers/{field.pk}/").content.decode()


def test_a_formula_tells_nobody_what_they_may_not_read(
    client_of: Callable[[Member], Client], owner: Member, onlooker: Member, make: Make, formula: Make,
    people: list[Customer],
) -> None:  # fmt: skip
    secret, open_field = make("น้ำหนัก", privacy="sensitive"), make("ส่วนสูง")
    with in_workspace(owner.workspace_id), pytest.raises(BadField) as refused:
        draft = Draft("formula", "ดัชนี", rules={"formula": "{น้ำหนัก} * 2"})
        actions.add_field(customers(), draft, acting_member=owner)
    assert "privacy" in refused.value.problems
    field = formula("ดัชนี", "{น้ำหนัก} * 2", privacy="sensitive")
    plain = formula("สูงสองเท่า", "{ส่วนสูง} * 2")
    over = formula("ดัชนีบวก", "{ดัชนี} + {สูงสองเท่า}", privacy="sensitive")
    give(owner, people[0], secret, "61.37")
    give(owner, people[0], open_field, "80.21")
    seen = client_of(onlooker)
    for name in (field.name, over.name):
        page = seen.get("/customers/", {"columns": f"name,{name},{plain.name}"}).content.decode()
        assert "122.74" not in page and "283.16" not in page and "160.42" in page
        for asked in ("at_least:1", "less:1", "is_known"):
            # A filter on what is not there is left out, and says so: nobody is found or missed by it.
            assert len(names(seen, {"f": f"{name}:{asked}"})) == 3, asked
        assert seen.get(f"/fields/customers/{people[0].pk}/{name}/").status_code == 404
    assert "122.74" not in seen.get(f"/customers/{people[0].pk}/").content.decode()
    # What it reads becomes stricter later: the formula follows at once, whatever class it was given.
    with in_workspace(owner.workspace_id):
        actions.change_field(open_field, Draft("number", "ส่วนสูง", privacy="sensitive"), acting_member=owner)
        assert plain.name not in writing.values_of(customers(), people[0], onlooker)
        assert not customers().entity.seen_by(onlooker).has_column(plain.name)
    assert "160.42" not in seen.get("/customers/", {"columns": f"name,{plain.name}"}).content.decode()


def test_a_list_with_formulas_asks_no_more_than_one_without(
    signed_in: Client, make: Make, formula: Make, people: list[Customer], django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make("ฐาน")
    made = [formula(f"สูตร {number}", f"{{ฐาน}} * {number} + {{order_count}}") for number in range(5)]
    columns = {"columns": ",".join(("name", *(one.name for one in made)))}
    for query in ({"columns": "name"}, columns):
        signed_in.get("/customers/", query)
    with CaptureQueriesContext(
        connection,
    ) as plain:
        signed_in.get("/customers/", {"columns": "name"})
    with CaptureQueriesContext(connection) as with_formulas:
        signed_in.get("/customers/", columns)
    assert len(with_formulas) == len(plain)


def test_settings_try_a_formula_on_a_record_and_show_it_in_the_words_of_the_reader(
    signed_in: Client, owner: Member, make: Make, people: list[Customer]
) -> None:
    field = make("คะแนน", label_en="Score")
    give(owner, people[2], field, "20")
    page = signed_in.get("/settings/fields/customers/new/?kind=formula").content.decode()
    assert 'data-insert="{คะแนน}"' in page
    form = {"kind": "formula", "label_th": "สองเท่า", "privacy": "business", "formula": "{Score} * 2", "places": "0"}
    assert ">40<" in signed_in.post("/settings/fields/customers/preview/", form).content.decode()
    bad = signed_in.post("/settings/fields/customers/preview/", {**form, "formula": "{Score} *"}).content.decode()
    assert "จบ" in bad
    assert signed_in.post("/settings/fields/customers/new/", form).status_code == 302
    with in_workspace(owner.workspace_id):
        made = CustomField.objects.get(kind="formula")
    assert made.rules["formula"] == "{c_score} * 2"
    assert "{คะแนน} * 2" in signed_in.get(f"/settings/fields/customers/{made.pk}/").content.decode()
    changed = {**form, "field": str(made.pk), "formula": "{คะแนน} * 3"}
    assert signed_in.post(f"/settings/fields/customers/{made.pk}/", changed).status_code == 302
    assert names(signed_in, {"f": f"{made.name}:is:60"}) == ["กานดา"]
    with in_workspace(owner.workspace_id):
        undo_changeset(Changeset.objects.latest("id").pk, member_id=owner.pk)
    assert names(signed_in, {"f": f"{made.name}:is:40"}) == ["กานดา"]
