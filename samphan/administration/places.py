"""The settings in the shell, and what the shell asks of administration."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samphan.administration import actions
from samphan.ui import navigation, preferences


def register() -> None:
    """Put the settings behind the gear, name the companies of a person, and keep what they prefer."""
    for order, (name, label, icon, permission, words) in enumerate(
        [
            (
                "preferences",
                _("My settings"),
                "user",
                "",
                "ตั้งค่า, ภาษา, ธีม, รหัสผ่าน, settings, language, theme, password",
            ),
            (
                "company",
                _("Company"),
                "building-2",
                "administration.change_settings",
                "ตั้งค่า, โลโก้, settings, logo, workspace",
            ),
            (
                "people",
                _("People"),
                "users",
                "administration.view_people",
                "พนักงาน, เชิญ, บทบาท, สิทธิ์, staff, invite, roles, users",
            ),
            ("teams", _("Teams"), "layers", "administration.view_people", "แผนก, department"),
            ("audit-trail", _("Audit trail"), "history", "administration.view_audit", "บันทึกการใช้งาน, log, history"),
        ]
    ):
        navigation.register(
            navigation.Place(
                name, label, icon, name, permission=permission, group="foot", order=10 * (order + 1), words=words
            )
        )
    # Whoever may import anything at all may import orders; the page itself asks kind by kind.
    navigation.register(
        navigation.Place(
            "imports",
            _("Import"),
            "database-arrow-up",
            "import-list",
            "commerce.import_order",
            group="service",
            order=90,
            words="นำเข้าลูกค้า, นำเข้าจาก Excel, อัปโหลด, excel, csv, upload, import customers, import orders",
        )
    )
    navigation.register_command(
        navigation.Command(
            _("Getting started"),
            "route",
            "guide",
            words="คู่มือ, วิธีใช้, ช่วยเหลือ, เริ่มใช้, help, guide, onboarding, how to",
        )
    )
    navigation.use_url("home", "customer-list")
    navigation.use_url("preferences", "preferences")
    navigation.register_workspaces(_workspaces)
    preferences.on_change(_keep)


def _workspaces(request: HttpRequest) -> Iterable[navigation.Workspace]:
    member = getattr(request, "member", None)
    for membership in getattr(request, "memberships", []):
        yield navigation.Workspace(
            membership.workspace.name,
            reverse("workspace-entry", args=[membership.workspace_id]),
            is_current=member is not None and membership.pk == member.pk,
        )


def _keep(request: HttpRequest, name: str, value: str) -> None:
    member = getattr(request, "member", None)
    if member is None or name not in ("language", "theme", "era"):
        return
    user = member.user
    chosen = {"language": user.language, "theme": user.theme, "era": user.era, name: value}
    actions.save_preferences(user, **chosen)
