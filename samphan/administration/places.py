"""The settings in the shell, and what the shell asks of administration."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from samphan.administration import actions
from samphan.ui import navigation, preferences

_CHANGE = "administration.change_settings"


def _topic(
    name: str,
    label: str | Promise,
    icon: str,
    order: int,
    section: str,
    note: str | Promise,
    words: str,
    permission: str,
) -> navigation.Place:
    return navigation.Place(
        name, label, icon, name, permission=permission, group="foot",
        order=order, section=section, note=note, words=words,
    )  # fmt: skip


_SETTINGS = (
    _topic(
        "preferences", _("My settings"), "user", 10, "me", _("Language, colours, years, first page"),
        "ตั้งค่า, ภาษา, ธีม, settings, language, theme", "",
    ),
    _topic(
        "notification-choices", _("Notifications"), "bell", 12, "me", _("What comes by e-mail and when"),
        "แจ้งเตือนทางอีเมล, อีเมล, สรุปรายวัน, email, e-mail, daily summary, alerts", "",
    ),
    _topic(
        "security", _("Sign-in and security"), "shield-check", 14, "me", _("Password, second step, passkeys, devices"),
        "รหัสผ่าน, ยืนยันตัวตนสองขั้น, พาสคีย์, อุปกรณ์, password, 2fa, passkey, sessions, devices", "",
    ),
    _topic(
        "stand-ins", _("Leave and stand-ins"), "plane", 13, "me", _("Who does the work of whoever is away"),
        "ลา, วันลา, ลาพักร้อน, ทำงานแทน, มอบหมายแทน, leave, holiday, vacation, absence, delegate, out of office", "",
    ),
    _topic(
        "company", _("Company profile"), "building-2", 20, "company", _("Names, tax id, branch, address, logo"),
        "ตั้งค่า, โลโก้, เลขประจำตัวผู้เสียภาษี, สำนักงานใหญ่, สาขา, ที่อยู่บริษัท, settings, logo, workspace, tax id, branch, address",
        _CHANGE,
    ),
    _topic(
        "region", _("Time and language"), "languages", 21, "company", _("Time zone, years, first day of the week, languages"),
        "เขตเวลา, พ.ศ., ค.ศ., ปฏิทิน, วันแรกของสัปดาห์, ภาษา, time zone, era, week, language", _CHANGE,
    ),
    _topic(
        "hours", _("Business hours"), "clock", 22, "company", _("Opening hours of each weekday, also of a team"),
        "เวลาทำการ, เวลาเปิดปิด, พักกลางวัน, opening hours, working time, break", _CHANGE,
    ),
    _topic(
        "holidays", _("Holidays"), "calendar", 23, "company", _("Public holidays, bank holidays and our own, year by year"),
        "วันหยุด, วันหยุดนักขัตฤกษ์, วันหยุดธนาคาร, วันหยุดชดเชย, สงกรานต์, public holidays, bank holidays", _CHANGE,
    ),
    _topic(
        "choices", _("Stages, grades and kinds"), "list-checks", 60, "records",
        _("Names, colours and sequence of what one chooses from"),
        "สถานะลูกค้า, เกรด, ประเภทงาน, ผลการโทร, stages, grades, kinds of tasks, outcomes, lifecycle", _CHANGE,
    ),
    _topic(
        "numbering", _("Numbering"), "hash", 61, "records",
        _("How the numbers of orders and customers look, and which comes next"),
        "เลขที่, เลขที่เอกสาร, รันเลข, รหัสลูกค้า, เลขคำสั่งซื้อ, running number, prefix, sequence, order number", _CHANGE,
    ),
    _topic(
        "custom-fields", _("Custom fields"), "text-cursor-input", 62, "records",
        _("What else customers, orders, products and tasks hold"),
        "ฟิลด์, ช่องข้อมูล, เพิ่มช่อง, กำหนดเอง, custom fields, columns, properties", "administration.change_field",
    ),
    _topic(
        "people", _("People"), "users", 30, "people", _("Who may come in, and as what"),
        "พนักงาน, เชิญ, บทบาท, สิทธิ์, staff, invite, roles, users", "administration.view_people",
    ),
    _topic(
        "roles", _("Roles"), "shield-check", 35, "people", _("What each role may do, which fields it is shown, whose records"),
        "บทบาท, สิทธิ์, กำหนดสิทธิ์, การมองเห็น, ปิดเบอร์โทร, permissions, access, rights, masking, visibility",
        "administration.change_people",
    ),
    _topic(
        "teams", _("Teams"), "layers", 40, "people", _("Who looks after customers together"), "แผนก, department",
        "administration.view_people",
    ),
    _topic(
        "api-tokens", _("API tokens"), "key-round", 45, "connections", _("Other programs that read and write here"),
        "โทเคน, เชื่อมต่อระบบ, นักพัฒนา, api, token, key, integration, developer", "",
    ),
    _topic(
        "sign-in-rules", _("Rules of signing in"), "shield-check", 45, "people",
        _("Second step for everybody, how long a session lasts"),
        "ยืนยันสองขั้น, หมดเวลา, ออกจากระบบอัตโนมัติ, 2fa, mfa, session timeout, security policy", _CHANGE,
    ),
    _topic(
        "retention", _("How long data is kept"), "clock", 48, "data",
        _("Files of imports, notifications, audit trail, deleted files"),
        "เก็บข้อมูลนานแค่ไหน, ลบอัตโนมัติ, ระยะเวลาเก็บ, retention, delete, purge, pdpa", _CHANGE,
    ),
    _topic(
        "audit-trail", _("Audit trail"), "history", 50, "data", _("Sign-ins, exports and changes of people and roles"),
        "บันทึกการใช้งาน, log, history", "administration.view_audit",
    ),
    _topic(
        "health", _("System health"), "activity", 55, "data", _("What waits, what failed, and how to mend it"),
        "สุขภาพระบบ, งานค้าง, คิว, ข้อผิดพลาด, health, queue, jobs, failed, errors, status", "administration.view_health",
    ),
)  # fmt: skip


def register() -> None:
    """Put the settings behind the gear, name the companies of a person, and keep what they prefer."""
    for place in _SETTINGS:
        navigation.register(place)
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
    navigation.use_url("settings", "settings")
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
    if member is None or name not in ("language", "theme", "era", "home"):
        return
    user = member.user
    chosen = {"language": user.language, "theme": user.theme, "era": user.era, "home": user.home, name: value}
    actions.save_preferences(user, **chosen)
