"""A company whose processes may die: many customers, and a webhook for everything."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from samphan.integrations.tests.receiver import OtherSystem, serving
from tests.browser.site import OWNER, PASSWORD, Site
from tests.whole.visitor import Visitor

Company = tuple[Site, Visitor, OtherSystem]


def prepare(site: Site) -> None:
    """Make the workspace and its owner; nothing is served yet."""
    site.command("init", "--slug", "shop", "--name", "ร้านของเรา")
    door = ("--workspace", "shop", "--email", OWNER, "--role", "owner", "--password-stdin")
    site.command("user", "create", *door, given=PASSWORD + "\n")


def listening_site() -> Site:
    """A site that may call other systems of this machine."""
    return Site(SAMPHAN_WEBHOOK_NETWORKS="127.0.0.0/8")


@contextmanager
def serve(site: Site) -> Iterator[Company]:
    """Serve a prepared site with 6,000 customers and a webhook for everything that happens."""
    with serving() as system:
        site.start(demo=False)
        visitor = Visitor(site)
        _fill(site)
        _address, page = visitor.post("/settings/webhooks/new/", {"name": "ผู้ฟัง", "url": system.url, "scope": "all"})
        assert re.search(r"/settings/webhooks/[0-9a-f-]{36}/test/", page), page
        yield site, visitor, system


PLAIN = {"character varying": "''", "text": "''", "jsonb": "'{}'", "numeric": "0", "integer": "0", "boolean": "false"}


def _fill(site: Site) -> None:
    """Customers of two hours ago, found by search."""
    own = {
        "id": "gen_random_uuid()",
        "workspace_id": "w.id",
        "kind": "'person'",
        "first_name": "'ลูกค้า ' || n",
        "name": "'ลูกค้า ' || n",
        "name_key": "'ลูกค้า ' || n",
        "created_at": "now() - interval '2 hours'",
    }
    with site.database() as connection:
        needed = connection.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'customers_customer'"
            " AND is_nullable = 'NO' AND column_default IS NULL"
        ).fetchall()
        columns = {name: PLAIN.get(kind, "NULL") for name, kind in needed} | own
        connection.execute(
            f"INSERT INTO customers_customer ({', '.join(columns)}) SELECT {', '.join(columns.values())}"  # type: ignore[arg-type]
            " FROM administration_workspace w, generate_series(1, 6000) n"
        )
        connection.execute(
            "INSERT INTO platform_searchdocument (workspace_id, entity, record_id, text)"
            " SELECT workspace_id, 'customers', id, lower(name) FROM customers_customer"
        )
