"""Work that waits for a member of the demo company."""

from tests.browser.site import Site


def give_day(site: Site, email: str) -> None:
    """The day of the demo's owner becomes that of the member: her tasks, open and done."""
    with site.database() as connection:
        connection.execute(
            "UPDATE work_task SET assignee_id = (SELECT m.id FROM administration_member m JOIN administration_user u"
            " ON u.id = m.user_id WHERE u.email = %s) WHERE assignee_id IN (SELECT m.id FROM administration_member m"
            " JOIN administration_workspace w ON w.id = m.workspace_id WHERE w.slug = 'demo' AND m.name LIKE 'เมย์%%')",
            [email],
        )


def plan_calls(site: Site, email: str) -> str:
    """Two calls of today for the member, one after the other, with the same customer, whose id is returned."""
    with site.database() as connection:
        found = connection.execute(
            "SELECT c.id FROM customers_customer c JOIN customers_identity i ON i.customer_id = c.id AND i.kind = 'phone'"
            " WHERE c.first_name = 'พิมพ์ลดา' AND c.last_name = 'อัครเดชากุล'"
        ).fetchone()
        assert found is not None
        for minute, title in enumerate(("ถามรอบส่งของ", "เสนอเมล็ดใหม่"), 1):
            connection.execute(
                "INSERT INTO work_task (id, workspace_id, customer_id, title, text, kind, state, recurrence, due_on, due_at,"
                " assignee_id, made_by_id) SELECT gen_random_uuid(), m.workspace_id, %s, %s, '', 'call', 'not_started', '{}',"
                " day::date, (day + %s * interval '1 minute') AT TIME ZONE 'Asia/Bangkok', m.id, m.id"
                " FROM administration_member m JOIN administration_user u ON u.id = m.user_id,"
                " date_trunc('day', now() AT TIME ZONE 'Asia/Bangkok') day WHERE u.email = %s",
                [found[0], title, minute, email],
            )
    return str(found[0])
