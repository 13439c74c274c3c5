"""Every screen of Samphan with the address where it can be seen, on a given installation."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.site import OWNER, Site


@dataclass(frozen=True)
class Screen:
    """One page: a short name for files and messages, and its address.

    :param public: shown to somebody who has not signed in.
    :param status: what the server answers there.
    :param rows: a list whose weight and row height are kept.
    """

    name: str
    path: str
    public: bool = False
    status: int = 200
    rows: bool = False

    def __str__(self) -> str:
        return self.name


def public_screens() -> list[Screen]:
    """What a stranger sees."""
    return [
        Screen("sign-in", "/sign-in/", public=True),
        Screen("password-forgotten", "/password/forgotten/", public=True),
        Screen("password-link-sent", "/password/forgotten/sent/", public=True),
        Screen("password-link-broken", "/password/new/1-nothing/", public=True),
        Screen("not-found", "/no/such/page/", public=True, status=404),
        Screen("gallery", "/ui/", public=True),
        Screen("keys", "/ui/keys/", public=True),
        Screen("api-docs", "/api/v1/docs/", public=True),
    ]


def empty_screens() -> list[Screen]:
    """The places of a workspace that holds nothing yet."""
    return [
        Screen("today", "/today/"),
        Screen("calendar", "/calendar/"),
        Screen("tasks", "/tasks/"),
        Screen("guide", "/start/"),
        Screen("customers", "/customers/"),
        Screen("customer-new", "/customers/new/"),
        Screen("customers-deleted", "/customers/deleted/"),
        Screen("orders", "/orders/"),
        Screen("products", "/products/"),
        Screen("best-customers", "/insights/best-customers/"),
        Screen("data-quality", "/insights/data-quality/"),
        Screen("imports", "/imports/"),
        Screen("search", "/search/"),
        Screen("search-nobody", "/search/?q=%E0%B9%81%E0%B8%9E%E0%B8%A3"),
        Screen("api-tokens", "/settings/api/"),
        Screen("api-token-new", "/settings/api/new/"),
        Screen("people", "/settings/people/"),
        Screen("teams", "/settings/teams/"),
        Screen("audit", "/settings/audit/"),
        Screen("settings", "/settings/"),
        Screen("objects", "/settings/objects/"),
        Screen("preferences", "/settings/me/"),
    ]


def screens(site: Site, imports: "Imports | None" = None) -> list[Screen]:
    """Every page that a signed-in owner of the demo company can open, with real records behind the addresses."""
    one = _records(site)
    person, firm = f"/customers/{one['person']}/", f"/customers/{one['firm']}/"
    found = [
        Screen("customers", "/customers/", rows=True),
        Screen("customers-found", "/customers/?q=%E0%B8%9B", rows=True),
        Screen("customers-nobody", "/customers/?q=zzzzzzzz"),
        Screen("customers-quick-view", f"/customers/?view={one['person']}"),
        Screen("customers-columns", "/customers/columns/"),
        Screen("customers-sorting", "/customers/sorting/"),
        Screen("customers-filters", "/customers/filters/"),
        Screen("customers-filter-stage", "/customers/filters/?field=stage"),
        Screen("customers-filter-date", "/customers/filters/?field=last_order_at"),
        Screen("customers-export", "/export/customers/"),
        Screen("customers-deleted", "/customers/deleted/"),
        Screen("customer-erasure", f"/customers/{one['gone']}/erasure/"),
        Screen("customer-new", "/customers/new/"),
        Screen("customer-person", person),
        Screen("customer-person-history", f"{person}?show=changes"),
        Screen("customer-person-data", f"{person}?tab=data"),
        Screen("customer-person-value", f"{person}?tab=value"),
        Screen("customer-firm", firm),
        Screen("customer-relations", f"/customers/{one['related']}/relations/"),
        Screen(
            "customer-relation-new",
            f"/customers/{one['related']}/relations/new/?q=%E0%B8%9A%E0%B9%89%E0%B8%B2%E0%B8%99",
        ),
        Screen("today", "/today/"),
        Screen("calendar", "/calendar/?who=all"),
        Screen("calendar-week", "/calendar/?show=week&who=all"),
        Screen("calendar-day", "/calendar/?show=day&who=all"),
        Screen("calendar-address", "/calendar/address/"),
        Screen("tasks", "/tasks/", rows=True),
        Screen("tasks-mine", "/tasks/?f=assignee:is:me&f=is_open:is_true&sort=due_on"),
        Screen("tasks-quick-view", f"/tasks/?view={one['task']}"),
        Screen("tasks-nobody", "/tasks/?q=zzzzzzzz"),
        Screen("task", f"/tasks/{one['task']}/"),
        Screen("task-new", "/tasks/new/"),
        Screen("task-day", f"/tasks/{one['task']}/day/"),
        Screen("call-note", f"/today/call/{one['task']}/"),
        Screen("notifications", "/notifications/"),
        Screen("orders", "/orders/", rows=True),
        Screen("order", f"/orders/{one['order']}/"),
        Screen("order-anonymous", f"/orders/{one['anonymous']}/"),
        Screen("products", "/products/", rows=True),
        Screen("product", f"/products/{one['product']}/"),
        Screen("best-customers", "/insights/best-customers/"),
        Screen("data-quality", "/insights/data-quality/"),
        Screen("data-quality-duplicates", "/insights/data-quality/duplicates/"),
        Screen("best-customers-people", "/insights/best-customers/people/"),
        Screen("search", "/search/?q=%E0%B8%81%E0%B8%B2"),
        Screen("search-empty", "/search/"),
        Screen("imports", "/imports/"),
        Screen("guide", "/start/"),
        Screen("settings", "/settings/"),
        Screen("settings-found", "/settings/?q=%E0%B9%80%E0%B8%A7%E0%B8%A5%E0%B8%B2"),
        Screen("region", "/settings/region/"),
        Screen("holidays", "/settings/holidays/"),
        Screen("hours", "/settings/hours/"),
        Screen("choices", "/settings/choices/customer_stage/"),
        Screen("retention", "/settings/retention/"),
        Screen("preferences", "/settings/me/"),
        Screen("notification-choices", "/settings/notifications/"),
        Screen("company", "/settings/company/"),
        Screen("people", "/settings/people/", rows=True),
        Screen("person-new", "/settings/people/new/"),
        Screen("person", f"/settings/people/{one['member']}/"),
        Screen("stand-ins", "/settings/stand-ins/"),
        Screen("stand-in-done", f"/settings/stand-ins/{one['delegation']}/"),
        Screen("numbering", "/settings/numbering/"),
        Screen("roles", "/settings/roles/", rows=True),
        Screen("role", "/settings/roles/sales/"),
        Screen("role-new", "/settings/roles/new/"),
        Screen("role-comparison", "/settings/roles/comparison/"),
        Screen("teams", "/settings/teams/"),
        Screen("fields", "/settings/fields/customers/"),
        Screen("field-new", "/settings/fields/customers/new/"),
        Screen("field-new-choice", "/settings/fields/customers/new/?kind=choice"),
        Screen("field-new-formula", "/settings/fields/customers/new/?kind=formula"),
        Screen("field-new-relation", "/settings/fields/customers/new/?kind=relation"),
        Screen("field-new-file", "/settings/fields/customers/new/?kind=file"),
        Screen("field-new-text", "/settings/fields/orders/new/?kind=text"),
        Screen("objects", "/settings/objects/"),
        Screen("object-new", "/settings/objects/new/"),
        Screen("object", f"/settings/objects/{one['object']}/"),
        Screen("object-fields", "/settings/fields/o_machine/"),
        Screen("records", "/objects/machine/", rows=True),
        Screen("records-nobody", "/objects/machine/?q=zzzzzzzz"),
        Screen("records-deleted", "/objects/machine/deleted/"),
        Screen("records-export", "/export/o_machine/"),
        Screen("record-new", "/objects/machine/new/"),
        Screen("record", f"/objects/machine/{one['record']}/"),
        Screen("record-timeline", f"/objects/machine/{one['record']}/?tab=timeline"),
        Screen("team-new", "/settings/teams/new/"),
        Screen("team", f"/settings/teams/{one['team']}/"),
        Screen("health", "/settings/health/"),
        Screen("audit", "/settings/audit/", rows=True),
        Screen("webhooks", "/settings/webhooks/"),
        Screen("webhook-new", "/settings/webhooks/new/"),
        Screen("webhook", f"/settings/webhooks/{one['webhook']}/"),
        Screen("webhook-edit", f"/settings/webhooks/{one['webhook']}/edit/"),
        Screen("webhook-replay", f"/settings/webhooks/{one['webhook']}/replay/"),
        Screen("webhook-delivery", f"/settings/webhooks/{one['webhook']}/deliveries/{one['delivery']}/"),
        Screen("sign-in-rules", "/settings/sign-in/"),
        Screen("security", "/settings/security/"),
        Screen("sessions", "/settings/security/sessions/"),
        Screen("confirmation", "/settings/security/confirm/"),
        Screen("email-change", "/settings/security/email/"),
        Screen("invitation-over", "/invitation/gone/", status=404),
        Screen("password", "/password/"),
        Screen("sign-out", "/sign-out/"),
        Screen("not-found", "/customers/00000000-0000-7000-8000-000000000000/", status=404),
    ]
    return found + (imports.screens() if imports else [])


@dataclass(frozen=True)
class Imports:
    """Addresses of imports that stand at each of the steps."""

    mapping: str
    check: str
    done: str
    fetch: str

    def screens(self) -> list[Screen]:
        return [
            Screen("import-fetch", self.fetch),
            Screen("import-sheet", self.mapping.replace("/mapping/", "/sheet/")),
            Screen("import-mapping", self.mapping),
            Screen("import-check", self.check),
            Screen("import-done", self.done),
        ]


def bring_in(page: Page, file: Path) -> None:
    """Give the import page a file, and wait for what comes next."""
    page.goto("/imports/")
    page.locator("input[type=file]").set_input_files(file)
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}/"))


def go_to_mapping(page: Page) -> None:
    """Past the step “sheet and encoding”, where it is shown."""
    if "/sheet/" in page.url:
        page.locator("button[form=sheet-form]").click()
    page.wait_for_url(re.compile(r"/mapping/"))


def go_to_check(page: Page) -> None:
    """From the mapping to a check that has ended."""
    page.locator("button[form=mapping-form]").click()
    page.wait_for_url(re.compile(r"/check/"))
    page.locator("#check-tiles").wait_for()


def import_now(page: Page) -> None:
    """Run a checked import and wait for its end."""
    page.locator("#import-now").click()
    page.wait_for_url(re.compile(r"/run/"))
    page.locator("#import-run .tiles").wait_for()


def make_imports(page: Page, site: Site) -> Imports:
    """Bring the sample customers in as far as each step: mapped, checked, done."""
    customers = site.samples / "sample-customers.xlsx"
    bring_in(page, customers)
    go_to_mapping(page)
    mapping = page.url
    bring_in(page, customers)
    go_to_mapping(page)
    go_to_check(page)
    check = page.url
    bring_in(page, site.samples / "sample-orders.csv")
    go_to_mapping(page)
    go_to_check(page)
    import_now(page)
    return Imports(
        *(address.removeprefix(site.url) for address in (mapping, check, page.url)), fetch=_unreachable(site)
    )


def _unreachable(site: Site) -> str:
    """An import whose sheet could not be had, as a worker without a network leaves it."""
    with site.database() as connection:
        row = connection.execute(
            """
            INSERT INTO platform_importbatch (id, workspace_id, member_id, kind, state, file_name, file_path, size_bytes, shape,
                   mapping, corrections, rows, rows_done, created, updated, skipped, errors, failure, result, link)
            SELECT gen_random_uuid(), workspace_id, id, 'customers', 'failed', 'Google Sheets', '', 0, '{}', '{}', '{}',
                   0, 0, 0, 0, 0, 0, 'ติดต่อ Google จากเครื่องนี้ไม่ได้', '{}',
                   'https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz/edit#gid=0'
              FROM administration_member ORDER BY created_at, id LIMIT 1 RETURNING id
            """
        ).fetchone()
    assert row is not None
    return f"/imports/{row[0]}/fetch/"


def _make_webhook(site: Site) -> None:
    """A webhook with a delivery that failed once and one that was taken."""
    with site.database() as connection:
        connection.execute(
            """
            WITH hook AS (
                INSERT INTO integrations_webhookendpoint (id, workspace_id, owner_id, name, url, events, is_for_all, secret,
                       old_secret, state, reason, failure_streak, is_hook, last_success_at)
                SELECT gen_random_uuid(), m.workspace_id, m.id, 'ระบบบัญชี', 'https://accounts.example.co.th/hooks', '{}', true,
                       'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3', '', 'active', '', 1, false, now()
                  FROM administration_member m JOIN administration_user u ON u.id = m.user_id WHERE u.email = %s
                RETURNING id, workspace_id, owner_id),
            delivery AS (
                INSERT INTO integrations_webhookdelivery (id, workspace_id, endpoint_id, event, source, happened_at, subject,
                       state, attempt_count, next_at, status, problem)
                SELECT gen_random_uuid(), workspace_id, id, kind, kind, now(), '{}', state, 1,
                       now() + interval '1 hour', status, ''
                  FROM hook, (VALUES ('customer.created', 'waiting', 500), ('order.created', 'delivered', 200))
                             AS two (kind, state, status)
                RETURNING id, workspace_id, event, status)
            INSERT INTO integrations_webhookattempt (id, workspace_id, delivery_id, at, seconds, status, problem, detail,
                   address, owner_id, sent, sent_bytes, answer)
            SELECT gen_random_uuid(), d.workspace_id, d.id, now(), 0.21, d.status, '', '', '203.0.113.7', hook.owner_id,
                   '{"type":"' || d.event || '","version":1,"data":{"object":"customer"}}', 64, 'Internal error'
              FROM delivery d, hook
            """,
            [OWNER],
        )


def _name_stand_in(site: Site) -> None:
    """Boy stands in for the owner today, and changed one of the owner's customers."""
    with site.database() as connection:
        connection.execute(
            """
            WITH people AS (
                SELECT m.id, m.workspace_id, m.name, u.email FROM administration_member m
                  JOIN administration_user u ON u.id = m.user_id WHERE u.email IN (%(owner)s, 'boy@samphan.example')),
            away AS (
                INSERT INTO administration_delegation (id, workspace_id, member_id, stand_in_id, starts_on, ends_on, reason)
                SELECT gen_random_uuid(), o.workspace_id, o.id, b.id, current_date - 1, current_date + 5, 'ลาพักร้อน'
                  FROM people o, people b WHERE o.email = %(owner)s AND b.email <> %(owner)s RETURNING id)
            INSERT INTO platform_changeset (id, workspace_id, kind, member_id, note)
            SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid,
                   o.workspace_id, 'customers.customers_tagged', b.id, jsonb_build_object(
                       'for', jsonb_build_array(jsonb_build_object('id', o.id, 'name', o.name)),
                       'touched', jsonb_build_object('customers', jsonb_build_array(
                           (SELECT id FROM customers_customer WHERE deleted_at IS NULL LIMIT 1))))
              FROM people o, people b WHERE o.email = %(owner)s AND b.email <> %(owner)s
            """,
            {"owner": OWNER},
        )


def _make_machines(site: Site) -> None:
    """A kind of record that the company defined, with a few records and a note; once for each site."""
    with site.database() as connection:
        if connection.execute("SELECT 1 FROM objects_customobject LIMIT 1").fetchone():
            return
        connection.execute(
            """
            WITH boss AS (
                SELECT m.id, m.workspace_id FROM administration_member m JOIN administration_user u ON u.id = m.user_id
                 WHERE u.email = %s),
            kind AS (
                INSERT INTO objects_customobject (id, workspace_id, key, label_th, label_en, plural_th, plural_en, title_th,
                       title_en, code_th, code_en, icon, has_customer, position)
                SELECT gen_random_uuid(), workspace_id, 'machine', 'เครื่องชง', 'Machine', '', 'Machines', 'รุ่น', 'Model',
                       'หมายเลขเครื่อง', 'Serial number', 'coffee', true, 1 FROM boss
                RETURNING id, workspace_id),
            field AS (
                INSERT INTO administration_customfield (id, workspace_id, entity, name, kind, label_th, label_en, help_th,
                       help_en, group_th, group_en, position, privacy, rules, choices, "default", is_asked, is_searched)
                SELECT gen_random_uuid(), workspace_id, 'o_machine', 'c_warranty', 'date', 'ประกันถึง', 'Warranty until', '',
                       '', '', '', 1, 'business', '{}', '[]', '', true, false FROM boss
                RETURNING id),
            record AS (
                INSERT INTO objects_objectrecord (id, workspace_id, object_id, title, code, customer_id, owner_id, custom,
                       title_key)
                SELECT gen_random_uuid(), kind.workspace_id, kind.id, 'Linea Mini ' || n, 'LM-' || n, c.id, boss.id,
                       jsonb_build_object(field.id::text, '2027-02-01'), 'linea mini ' || n
                  FROM kind, boss, field, generate_series(1, 12) n
                  CROSS JOIN (SELECT id FROM customers_customer WHERE deleted_at IS NULL AND kind = 'organisation' LIMIT 1) c
                RETURNING id, workspace_id, owner_id),
            note AS (
                INSERT INTO objects_recordnote (id, workspace_id, record_id, member_id, at, text)
                SELECT gen_random_uuid(), workspace_id, id, owner_id, now(), 'เปลี่ยนยางหัวชงแล้ว' FROM record)
            UPDATE administration_workspace SET fields_version = gen_random_uuid() WHERE id = (SELECT workspace_id FROM boss)
            """,
            [OWNER],
        )


def _delete_somebody(site: Site) -> None:
    """A customer who was deleted; once for each site."""
    with site.database() as connection:
        if not connection.execute("SELECT 1 FROM customers_customer WHERE deleted_at IS NOT NULL LIMIT 1").fetchone():
            connection.execute(
                """
                INSERT INTO customers_customer (id, workspace_id, kind, title, first_name, last_name, name, name_en, nickname,
                       gender, tax_id, branch, grade, stage, source, note, language, custom, sources, order_count, deleted_at)
                SELECT gen_random_uuid(), m.workspace_id, 'person', '', 'มานี', 'มีใจ', 'มานี มีใจ', '', '', '', '', '', '', '',
                       '', '', '', '{}', '{}', 3, now()
                  FROM administration_member m JOIN administration_user u ON u.id = m.user_id WHERE u.email = %s
                """,
                [OWNER],
            )


def _records(site: Site) -> dict[str, str]:
    """Ids of the records to show: the best person and firm, an order of theirs, and so on."""
    _make_webhook(site)
    _name_stand_in(site)
    _make_machines(site)
    _delete_somebody(site)
    questions = {
        "person": "SELECT id FROM customers_customer WHERE kind = 'person' AND deleted_at IS NULL AND nickname <> ''"
        " ORDER BY total_spent DESC LIMIT 1",
        "firm": "SELECT id FROM customers_customer WHERE kind = 'organisation' AND deleted_at IS NULL"
        " ORDER BY total_spent DESC LIMIT 1",
        "gone": "SELECT id FROM customers_customer WHERE deleted_at IS NOT NULL LIMIT 1",
        "related": "SELECT customer_id FROM customers_relation WHERE kind = 'spouse' LIMIT 1",
        "order": "SELECT id FROM commerce_order WHERE customer_id IS NOT NULL ORDER BY line_count DESC, id LIMIT 1",
        "anonymous": "SELECT id FROM commerce_order WHERE customer_id IS NULL ORDER BY id LIMIT 1",
        "product": "SELECT id FROM commerce_product ORDER BY sku LIMIT 1",
        "member": "SELECT m.id FROM administration_member m JOIN administration_user u ON u.id = m.user_id"
        " WHERE u.email = 'boy@samphan.example'",
        "task": "SELECT id FROM work_task WHERE closed_at IS NULL AND customer_id IS NOT NULL ORDER BY due_on, id LIMIT 1",
        "webhook": "SELECT endpoint_id FROM integrations_webhookdelivery WHERE status = 500 ORDER BY id LIMIT 1",
        "delivery": "SELECT id FROM integrations_webhookdelivery WHERE status = 500 ORDER BY id LIMIT 1",
        "delegation": "SELECT id FROM administration_delegation LIMIT 1",
        "object": "SELECT id FROM objects_customobject LIMIT 1",
        "record": "SELECT id FROM objects_objectrecord ORDER BY code LIMIT 1",
        "team": "SELECT id FROM administration_team ORDER BY name LIMIT 1",
    }
    found = {}
    with site.database() as connection:
        for name, question in questions.items():
            row = connection.execute(question).fetchone()
            assert row is not None, f"the demo company has no {name}"
            found[name] = str(row[0])
    return found
