"""Every screen of Samphan with the address where it can be seen, on a given installation."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.site import Site


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
        Screen("imports", "/imports/"),
        Screen("search", "/search/"),
        Screen("search-nobody", "/search/?q=%E0%B9%81%E0%B8%9E%E0%B8%A3"),
        Screen("people", "/settings/people/"),
        Screen("teams", "/settings/teams/"),
        Screen("audit", "/settings/audit/"),
        Screen("preferences", "/settings/"),
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
        Screen("best-customers-people", "/insights/best-customers/people/"),
        Screen("search", "/search/?q=%E0%B8%81%E0%B8%B2"),
        Screen("search-empty", "/search/"),
        Screen("imports", "/imports/"),
        Screen("guide", "/start/"),
        Screen("preferences", "/settings/"),
        Screen("company", "/settings/company/"),
        Screen("people", "/settings/people/", rows=True),
        Screen("person-new", "/settings/people/new/"),
        Screen("person", f"/settings/people/{one['member']}/"),
        Screen("teams", "/settings/teams/"),
        Screen("team-new", "/settings/teams/new/"),
        Screen("team", f"/settings/teams/{one['team']}/"),
        Screen("audit", "/settings/audit/", rows=True),
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


def _records(site: Site) -> dict[str, str]:
    """Ids of the records to show: the best person and firm, an order of theirs, and so on."""
    questions = {
        "person": "SELECT id FROM customers_customer WHERE kind = 'person' AND deleted_at IS NULL AND nickname <> ''"
        " ORDER BY total_spent DESC LIMIT 1",
        "firm": "SELECT id FROM customers_customer WHERE kind = 'organisation' AND deleted_at IS NULL"
        " ORDER BY total_spent DESC LIMIT 1",
        "related": "SELECT customer_id FROM customers_relation WHERE kind = 'spouse' LIMIT 1",
        "order": "SELECT id FROM commerce_order WHERE customer_id IS NOT NULL ORDER BY line_count DESC, id LIMIT 1",
        "anonymous": "SELECT id FROM commerce_order WHERE customer_id IS NULL ORDER BY id LIMIT 1",
        "product": "SELECT id FROM commerce_product ORDER BY sku LIMIT 1",
        "member": "SELECT m.id FROM administration_member m JOIN administration_user u ON u.id = m.user_id"
        " WHERE u.email = 'boy@samphan.example'",
        "task": "SELECT id FROM work_task WHERE closed_at IS NULL AND customer_id IS NOT NULL ORDER BY due_on, id LIMIT 1",
        "team": "SELECT id FROM administration_team ORDER BY name LIMIT 1",
    }
    found = {}
    with site.database() as connection:
        for name, question in questions.items():
            row = connection.execute(question).fetchone()
            assert row is not None, f"the demo company has no {name}"
            found[name] = str(row[0])
    return found
