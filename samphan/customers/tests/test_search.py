"""Anybody is found by any fragment, by those who may."""

from collections.abc import Callable
from importlib import import_module
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from conftest import shared_folder
from samphan.administration.custom_fields.definitions import versions_of
from samphan.administration.models import Member, Workspace
from samphan.customers.events import CustomerEdited, CustomersChanged, SearchWordsWanted
from samphan.customers.models import Customer, Identity
from samphan.customers.search_documents import refresh_search
from samphan.customers.search_words import learn_names, learn_onward
from samphan.platform.search import documents
from samphan.platform.search import text as search_texts
from samphan.platform.search.documents import beginning, document_ids, fragment
from samphan.platform.search.finding import find, search
from samphan.platform.search.models import SearchWord
from samphan.platform.search.opened import remember_opened
from samphan.platform.search.query import Query
from samphan.platform.tenancy import in_workspace
from samphan.platform.thai.collation import sort_key

Add = Callable[..., UUID]


@pytest.fixture
def add(workspace: Workspace) -> Add:
    """Add a customer, with identities as pairs."""

    def make(name: str, *identities: tuple[str, str], into: Workspace = workspace, **values: str) -> UUID:
        with in_workspace(into.id):
            one = Customer.objects.create(workspace=into, name=name, name_key=sort_key(name), **values)
            for position, (kind, value) in enumerate(identities):
                Identity.objects.create(
                    workspace=into, customer=one, kind=kind, value=value, position=position, resolves=False
                )
            refresh_search([one.pk])
            learn_names([one.pk])
        return one.pk

    return make


def names(text: str, viewer: Member, limit: int = 20) -> list[str]:
    with in_workspace(viewer.workspace_id):
        return [hit.name for hit in find(text, viewer=viewer, limit=limit)]


@pytest.fixture
def somchai(add: Add) -> UUID:
    return add(
        "สมชาย ใจดี", ("phone", "+66812345678"), ("email", "somchai.j@doimok.example"), ("line", "somchai_99"),
        ("member", "DM-0042"), ("external", "12-345"), nickname="ชาย", tax_id="3100600445635", title="ดร.",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "ส", "สม", "สมช", "มชา", "ใจ", "ใจดี", "สมชาย ใจดี", "ใจดี สมชาย", "ชาย", "ดร.",
        "0812345678", "081-234-5678", "+66812345678", "+66 81 234 5678", "+66(0)81-234-5678", "0066812345678",
        "081 234",
        "345678", "5678", "๐๘๑๒๓๔", "somchai.j", "SOMCHAI", "doimok.example", "somchai_99", "dm-0042", "0042", "12-345",
        "3100600445635", "3-1006-00445-63-5", "600445", "สมชาย 081-234-5678", "l,=kp", "สมชาย  ", "สม ชาย",
    ],
)  # fmt: skip
def test_finds_a_person_by_any_fragment(somchai: UUID, owner: Member, add: Add, text: str) -> None:
    add("วิภา รักไทย", ("phone", "+66899999999"))
    assert "สมชาย ใจดี" in names(text, owner)


def test_says_which_part_matched(somchai: UUID, owner: Member, inside: Workspace) -> None:
    assert [hit.match for hit in find("0812", viewer=owner, limit=5)] == ["081-234-5678"]
    assert [hit.match for hit in find("สมช", viewer=owner, limit=5)] == ["สมชาย ใจดี"]
    (hit,) = find("doimok.example", viewer=owner, limit=5)
    assert (hit.kind, hit.match, hit.id) == ("customer", "somchai.j@doimok.example", somchai)
    assert hit.url == f"/customers/{somchai}/"


def test_orders_names_that_begin_with_the_text_first(add: Add, owner: Member) -> None:
    for name in ("บุญสม มา", "สมหมาย ดี", "สม", "แก้ว สมบัติ", "สมชาย ใจดี"):
        add(name)
    add("อารี ดี", ("email", "สม@doimok.example"))
    assert names("สม", owner)[:4] == ["สม", "สมชาย ใจดี", "สมหมาย ดี", "แก้ว สมบัติ"]


def test_what_the_member_opens_stands_first_among_its_like(
    add: Add, owner: Member, salesperson: Member, inside: Workspace
) -> None:
    ids = {name: add(name) for name in ("สมชาย ก", "สมชาย ข", "สมชาย ฮ", "บุญสมชาย ก")}
    remember_opened(owner, "customer", ids["สมชาย ฮ"], at=timezone.now())
    remember_opened(owner, "customer", ids["บุญสมชาย ก"], at=timezone.now())
    assert names("สมชาย", owner) == ["สมชาย ฮ", "สมชาย ก", "สมชาย ข", "บุญสมชาย ก"]
    assert names("สมชาย", salesperson) == ["สมชาย ก", "สมชาย ข", "สมชาย ฮ", "บุญสมชาย ก"]


def test_what_is_in_use_is_found_among_thousands(add: Add, owner: Member, workspace: Workspace) -> None:
    with in_workspace(workspace.id):
        many = Customer.objects.bulk_create(
            Customer(workspace=workspace, name=f"สมชาย {number:04}", name_key=sort_key(f"สมชาย {number:04}"))
            for number in range(400)
        )
        refresh_search(one.pk for one in many)
        remember_opened(owner, "customer", many[-1].pk, at=timezone.now())
    assert names("สมชาย", owner, limit=10)[0] == "สมชาย 0399"
    assert names("มชาย", owner, limit=10)[0] == "สมชาย 0399"


@pytest.mark.parametrize("text", ["%", "_", "\\", "%%", "ส%ย", "ส_ชาย", "'", '"', "", "   ", "\x00", "!!!", "()", "-"])
def test_takes_wildcards_as_letters(somchai: UUID, owner: Member, text: str) -> None:
    assert names(text, owner) == []


def test_finds_wildcards_that_are_there(add: Add, owner: Member) -> None:
    add("ร้าน 100%_แท้")
    add("ร้าน 1005x แท้")
    assert names("100%", owner) == ["ร้าน 100%_แท้"]
    assert names("%_แท้", owner) == ["ร้าน 100%_แท้"]


def test_reads_the_wrong_keyboard_only_when_nothing_else_is_found(add: Add, owner: Member, inside: Workspace) -> None:
    add("สวัสดี ร้านกาแฟ")
    answer = search("l;ylfu", viewer=owner)
    assert answer.corrected == "สวัสดี"
    assert [hit.name for hit in answer.hits] == ["สวัสดี ร้านกาแฟ"]
    add("l;ylfu")
    answer = search("l;ylfu", viewer=owner)
    assert (answer.corrected, [hit.name for hit in answer.hits]) == ("", ["l;ylfu"])


@pytest.mark.parametrize(
    "text",
    [
        "สมชย ใจดี", "สมชาญ ใจดี", "สมมชาย", "สมาชย ใจดี", "สํมชาย", "ซมชาย", "Somchay", "somchai jaidee", "Somchai Chaidi",
        "คุณสมชาย", "คุณสมชายใจดี", "สมชายใจดี", "สมชัยย ใจดี", "นาย สมชาย", "@somchai_99", "DM0042", "dm 0042", "l,=kp .0fuu",
        "l,=p", "สมชาย ใจดีี", "khun somchai",
    ],
)  # fmt: skip
def test_forgives(somchai: UUID, owner: Member, add: Add, text: str) -> None:
    add("วิภา รักไทย", ("phone", "+66899999999"))
    assert names(text, owner)[:1] == ["สมชาย ใจดี"]


def test_says_that_it_was_spelt_differently_and_what_may_be_meant(
    somchai: UUID, owner: Member, add: Add, inside: Workspace
) -> None:
    add("สมชาย แซ่ตั้ง")
    answer = search("สมชย", viewer=owner)
    assert answer.suggestion is not None
    assert (answer.suggestion.text, answer.suggestion.count, answer.suggestion.look) == ("สมชาย", 2, "person")
    assert not answer.suggestion.is_more
    assert [hit.is_near for hit in answer.hits] == [True, True]
    exact = search("สมชาย", viewer=owner)
    assert exact.suggestion is None
    assert [hit.is_near for hit in exact.hits] == [False, False]


def test_the_same_spelling_stands_before_a_near_one(add: Add, owner: Member) -> None:
    for name in ("ปวีนา ดี", "ปวีณา ดี", "ปวีนุช ดี"):
        add(name)
    assert names("ปวีนา", owner)[:2] == ["ปวีนา ดี", "ปวีณา ดี"]


def test_numbers_are_not_guessed(somchai: UUID, owner: Member) -> None:
    assert names("0812345679", owner) == []
    assert names("สมชาย 0812345679", owner) == []


def test_who_may_not_see_somebody_is_not_told_of_the_name(
    somchai: UUID, stranger: Member, other_workspace: Workspace
) -> None:
    with in_workspace(other_workspace.id):
        answer = search("สมชย", viewer=stranger)
        assert (answer.hits, answer.suggestion) == ([], None)


def test_a_near_name_with_a_hidden_number_is_no_hit(somchai: UUID, onlooker: Member, inside: Workspace) -> None:
    assert names("สมชย", onlooker) == ["สมชาย ใจดี"]
    answer = search("สมชย 5678", viewer=onlooker)
    assert (answer.hits, answer.suggestion) == ([], None)


def test_learns_the_words_of_new_and_changed_names(workspace: Workspace, owner: Member) -> None:
    from samphan.customers.subscribers import learn_words_of_everybody, learn_words_of_names

    with in_workspace(workspace.id):
        one = Customer.objects.create(workspace=workspace, name="สมชาย ใจดี", name_key=sort_key("สมชาย ใจดี"))
        refresh_search([one.pk])
        assert names("สมชย", owner) == []
        learn_words_of_names(CustomerEdited(one.pk, ("grade",)))
        assert names("สมชย", owner) == []
        learn_words_of_names(CustomersChanged((one.pk,)))
        assert names("สมชย", owner) == ["สมชาย ใจดี"]
        two = Customer.objects.create(workspace=workspace, name="วิภา รักไทย", name_key=sort_key("วิภา รักไทย"))
        refresh_search([two.pk])
        learn_words_of_everybody(SearchWordsWanted())
        assert names("วิพา รักไท", owner) == ["วิภา รักไทย"]


def test_learns_everybody_piece_by_piece(workspace: Workspace, owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samphan.customers.search_words.AT_ONCE", 2)
    published: list[SearchWordsWanted] = []
    monkeypatch.setattr("samphan.customers.search_words.publish", published.append)
    with in_workspace(workspace.id):
        for name in ("กมล ก", "ขวัญ ข", "คมสัน ค", "งามตา ง", "จรูญ จ"):
            Customer.objects.create(workspace=workspace, name=name, name_key=sort_key(name))
        assert learn_onward(None) == 2
        while published:
            learn_onward(published.pop().after)
        assert SearchWord.objects.filter(word__in=["กมล", "ขวัญ", "คมสัน", "งามตา", "จรูญ"], key__gt="ก").count() == 5
        known = SearchWord.objects.count()
        assert learn_onward(None) == 2
        assert SearchWord.objects.count() == known


def test_finds_leading_vowels_and_marks(add: Add, owner: Member) -> None:
    for name in ("เก่ง กล้า", "แก้ว ใส", "ก้อง เสียง", "กาญจนา ดี"):
        add(name)
    assert names("เ", owner)[0] == "เก่ง กล้า"
    assert names("แก", owner) == ["แก้ว ใส"]
    assert names("เก่", owner) == ["เก่ง กล้า"]
    assert names("ก้", owner) == ["ก้อง เสียง"]
    assert names("แก้", owner) == ["แก้ว ใส"]


SECRETS = ["0812", "081-234-5678", "5678", "somchai.j", "doimok.example", "somchai_99", "3100600445635", "600445"]


@pytest.mark.parametrize("text", SECRETS)
def test_who_reads_no_contact_points_finds_nobody_by_them(
    somchai: UUID, owner: Member, onlooker: Member, text: str
) -> None:
    assert names(text, owner) == ["สมชาย ใจดี"]
    assert names(text, onlooker) == []


@pytest.mark.parametrize("text", ["สมชาย", "ชาย", "ส", "DM-0042", "ใจดี สม", "12-345"])
def test_who_reads_no_contact_points_still_finds_by_name(somchai: UUID, onlooker: Member, text: str) -> None:
    assert names(text, onlooker) == ["สมชาย ใจดี"]


def test_a_name_with_a_hidden_number_is_no_hit(somchai: UUID, onlooker: Member, inside: Workspace) -> None:
    assert find("สมชาย 0812", viewer=onlooker, limit=5) == []
    assert search("0812", viewer=onlooker).groups == []


def test_many_hidden_matches_do_not_hide_a_name(add: Add, onlooker: Member) -> None:
    for number in range(230):
        add(f"ลูกค้า {number:03}", ("email", f"anan{number}@example.com"))
    add("ร้าน anan")
    assert names("anan", onlooker) == ["ร้าน anan"]


def test_companies_do_not_find_each_other(
    add: Add, somchai: UUID, owner: Member, stranger: Member, other_workspace: Workspace
) -> None:
    add("สมชาย คนอื่น", ("phone", "+66812345678"), into=other_workspace)
    for text in ("สมชาย", "ส", "0812"):
        assert names(text, owner) == ["สมชาย ใจดี"]
        assert names(text, stranger) == ["สมชาย คนอื่น"]


def test_deleted_customers_are_not_found(somchai: UUID, owner: Member, inside: Workspace) -> None:
    Customer.objects.filter(pk=somchai).update(deleted_at="2026-01-01T00:00:00Z")
    assert find("สมชาย", viewer=owner, limit=5) == []


def test_a_member_without_the_right_finds_nothing(somchai: UUID, owner: Member, inside: Workspace) -> None:
    owner.roles = []
    assert find("สมชาย", viewer=owner, limit=5) == []


def test_takes_few_statements(
    add: Add, owner: Member, inside: Workspace, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(30):
        add(f"สมชาย {number:02}", ("phone", f"+668123456{number:02}"))
    # What is found as typed takes few; what is not is also looked for as it may have been meant. A page has read before
    # which version the company's own fields have.
    with versions_of(inside):
        for text, most in (("สมชาย", 9), ("0812", 9), ("ส", 9), ("ไม่มีใคร", 14)):
            with django_assert_max_num_queries(most):  # type: ignore[attr-defined]
                find(text, viewer=owner, limit=10)


def test_the_index_of_trigrams_serves_the_application_role(workspace: Workspace, owner: Member) -> None:
    with in_workspace(workspace.id), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == "samphan_app"
        cursor.execute(
            "INSERT INTO platform_searchdocument (record_id, workspace_id, entity, text)"
            " SELECT gen_random_uuid(), %s, 'customers', md5(n::text) || ' ' || md5((n + 1)::text)"
            " FROM generate_series(1, 20000) n",
            [workspace.id],
        )
        cursor.execute("SET LOCAL ROLE samphan_owner")
        cursor.execute("SELECT gin_clean_pending_list('search_by_fragment')")
        cursor.execute("ANALYZE platform_searchdocument")
        cursor.execute("SET LOCAL ROLE samphan_app")
        # Few rows are read as quickly one by one; whether the index can serve is the question here.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        for pattern in (fragment("3f9a"), fragment("ก้อง"), beginning("3f")):
            cursor.execute(
                "EXPLAIN SELECT record_id FROM platform_searchdocument WHERE workspace_id = %s AND entity = 'customers'"
                " AND text LIKE %s LIMIT 200",
                [workspace.id, pattern],
            )
            plan = "\n".join(row[0] for row in cursor.fetchall())
            condition = next((line for line in plan.splitlines() if "Index Cond" in line), "")
            assert "search_by_fragment" in plan
            assert "~~" in condition, plan


@pytest.mark.parametrize("text", ["ส", "สม"])
def test_what_everybody_holds_is_found_among_the_newest(
    text: str, workspace: Workspace, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_workspace(workspace.id), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO platform_searchdocument (record_id, workspace_id, entity, text)"
            " SELECT samphan_uuid7(), %s, 'customers', ' ' || %s || CASE n %% 3 WHEN 0 THEN %s ELSE '' END"
            " FROM generate_series(1, 300) n",
            [workspace.id, search_texts.in_letters("สมศรี"), search_texts.in_letters(" ใจดี")],
        )
        newest = document_ids(owner, "customers", Query.parse(text), 100)
        monkeypatch.setattr(documents, "MOST_OF_NEWEST", 0)
        anybody = document_ids(owner, "customers", Query.parse(text), 100)
        assert len(set(newest)) == len(set(anybody)) == 100
        assert min(newest) > min(anybody)
        rare = Query.parse(f"{text} ใจดี")
        assert len(document_ids(owner, "customers", rare, 500)) == 100


def test_old_documents_get_the_letters_that_new_ones_have() -> None:
    migration = import_module("samphan.platform.migrations.0005_search_letters")
    assert (migration.MARKS, migration.LETTERS) == (search_texts.MARKS, search_texts.LETTERS)


@pytest.mark.shared
def test_finds_every_fragment_of_real_names(workspace: Workspace, owner: Member) -> None:
    folder = shared_folder() / "data" / "thai_names"
    first = (folder / "female_names_th.txt").read_text("utf-8").split()[::120]
    last = (folder / "family_names_th.txt").read_text("utf-8").split()[::240]
    people = [f"{one} {other}" for one, other in zip(first, last, strict=False)]
    with in_workspace(workspace.id):
        made = Customer.objects.bulk_create(
            Customer(workspace=workspace, name=name, name_key=sort_key(name)) for name in people
        )
        refresh_search(one.pk for one in made)
        for name in people:
            for start, length in ((0, 3), (1, 4), (len(name) - 4, 4), (0, len(name))):
                fragment = name[start : start + length].strip()
                if len(fragment) < 3:
                    continue
                found = [hit.name for hit in find(fragment, viewer=owner, limit=200)]
                assert name in found, fragment
