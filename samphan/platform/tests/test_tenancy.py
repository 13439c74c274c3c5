"""The second wall holds by itself."""

import pytest
from django.db import connection

from samphan.administration.models import Member, Team, Workspace
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db


def test_runs_as_the_role_that_cannot_go_around_the_wall() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolbypassrls, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("samphan_app", False, False)


def test_shows_no_row_outside_a_workspace(workspace: Workspace, owner: Member) -> None:
    with in_workspace(workspace.id):
        Team.objects.create(workspace=workspace, name="กรุงเทพฯ")
        assert Team.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('samphan.workspace', '', true)")
    assert Team.objects.count() == 0
    assert Member.objects.count() == 0


def test_two_workspaces_see_nothing_of_each_other(workspace: Workspace, other_workspace: Workspace) -> None:
    with in_workspace(workspace.id):
        Team.objects.create(workspace=workspace, name="กรุงเทพฯ")
        with in_workspace(other_workspace.id):
            assert Team.objects.count() == 0
        assert Team.objects.count() == 1


def test_every_table_with_a_workspace_stands_behind_the_wall(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id'
             WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
               AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                        AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))
             ORDER BY 1
            """
        )
        without = [name for (name,) in cursor.fetchall()]
    # Read by processes that serve every workspace; what of them is shown to somebody is asked by workspace.
    assert without == [
        "integrations_webhookpulse",
        "platform_healthalarm",
        "platform_jobfailure",
        "platform_outboxevent",
        "platform_outgoinghold",
    ]
