"""Everything that a person can do by hand a program can do by the API, or a reason stands here why not."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from samphan.config.api import api as the_api

SIGNING_IN = "A program comes with a token; signing in, passwords, second steps and devices are the person's own."
TAKE_OVER = (
    "Lets somebody into an account: it is done by a person who signed in, so that a stolen token takes none over."
)
OWN_SCREEN = "How the own screens look and greet; there is nothing of the company's in it."
PREVIEW = "Says what a form would do before it is sent; a program sends it and is told."
MEND_THE_FILE = "Mends a file on the screen; a program sends the mended file, whose rejects it can fetch."

# The name of an address that takes a POST: the operations that do the same, or why there is none.
TABLE: dict[str, tuple[str, ...] | str] = {
    # Signing in, and the own account
    "workspace-entry": SIGNING_IN,
    "account_login": SIGNING_IN,
    "account_logout": SIGNING_IN,
    "account_change_password": SIGNING_IN,
    "account_reset_password": SIGNING_IN,
    "account_reset_password_done": SIGNING_IN,
    "account_reset_password_from_key": SIGNING_IN,
    "account_reset_password_from_key_done": SIGNING_IN,
    "account_reauthenticate": SIGNING_IN,
    "invitation": SIGNING_IN,
    "openid_connect_login": SIGNING_IN,
    "mfa_authenticate": SIGNING_IN,
    "mfa_login_webauthn": SIGNING_IN,
    "mfa_reauthenticate": SIGNING_IN,
    "mfa_reauthenticate_webauthn": SIGNING_IN,
    "mfa_activate_totp": SIGNING_IN,
    "mfa_deactivate_totp": SIGNING_IN,
    "mfa_add_webauthn": SIGNING_IN,
    "mfa_edit_webauthn": SIGNING_IN,
    "mfa_remove_webauthn": SIGNING_IN,
    "mfa_view_recovery_codes": SIGNING_IN,
    "mfa_generate_recovery_codes": SIGNING_IN,
    "mfa_download_recovery_codes": SIGNING_IN,
    "session-end": SIGNING_IN,
    "email-change": SIGNING_IN,
    "person-password-link": TAKE_OVER,
    "person-unlocking": TAKE_OVER,
    "person-step-removal": TAKE_OVER,
    "sign-in-rules": TAKE_OVER,
    "new-api-token": TAKE_OVER,
    "api-token-revocation": ("tokens_revoke",),
    # The own screens
    "guide-closing": OWN_SCREEN,
    "guide-sample": OWN_SCREEN,
    "ui-preferences": OWN_SCREEN,
    "calendar-address": "An address for calendar programs, which is a key; a program reads tasks and activities.",
    "calendar-address-end": "As the address itself.",
    "notification-choices": ("notifications_choices", "notifications_choose"),
    "notification-test-mail": "Somebody must look into their inbox.",
    "notifications-read": ("notifications_read",),
    # Settings
    "company": ("company_get", "company_update", "logo_set", "logo_delete"),
    "region": ("region_get", "region_update"),
    "holidays": ("holidays_get", "holidays_add", "holidays_use"),
    "holiday-work": ("holidays_work",),
    "holiday-removal": ("holidays_delete",),
    "hours": ("hours_get", "hours_update"),
    "numbering": ("numbering_get", "numbering_update"),
    "numbering-preview": PREVIEW,
    "retention": ("retention_get", "retention_update"),
    "choice-set": ("choices_list", "choices_update"),
    "choice-addition": ("choices_add",),
    "choice-merge": ("choices_merge",),
    "health-letters-retry": ("health_retry",),
    "health-letters-drop": ("health_drop",),
    "health-jobs-retry": ("health_retry",),
    "health-jobs-drop": ("health_drop",),
    "health-outgoing-release": "Somebody must look first whether the home that was restored from still sends.",
    # People, teams, roles
    "new-person": ("invitations_create",),
    "invitation-sending": ("invitations_send",),
    "invitation-withdrawal": ("invitations_withdraw",),
    "person": ("members_get", "members_update"),
    "person-closure": ("members_close",),
    "person-opening": ("members_open",),
    "person-sign-out": ("members_sign_out",),
    "person-handover": ("members_hand_over",),
    "new-team": ("teams_create",),
    "team": ("teams_list", "teams_update"),
    "stand-ins": ("stand_ins_list", "stand_ins_create"),
    "stand-in-end": ("stand_ins_end",),
    "new-role": ("roles_create",),
    "role": ("roles_get", "roles_update"),
    "role-removal": ("roles_delete",),
    "role-words": PREVIEW,
    # Custom fields
    "custom-field-new": ("fields_create",),
    "custom-field": ("fields_list", "fields_update"),
    "custom-field-preview": PREVIEW,
    "custom-fields-order": ("fields_order",),
    "custom-field-group": ("fields_list", "fields_update"),
    "custom-field-archival": ("fields_archive",),
    "custom-field-restoration": ("fields_restore",),
    "custom-value-edit": ("customers_update", "orders_update", "products_update", "tasks_update"),
    "custom-files": ("field_files_list", "field_files_create"),
    "custom-file": ("field_files_content", "field_files_delete"),
    # Files in and out, undo
    "change-undo": ("changes_undo",),
    "import-list": ("imports_create", "imports_fetch"),
    "import-fetch": ("imports_fetch",),
    "import-sheet": ("imports_read",),
    "import-mapping": ("imports_map",),
    "import-check": ("imports_check", "imports_problems"),
    "import-row": MEND_THE_FILE,
    "import-fix": MEND_THE_FILE,
    "import-fix-undo": MEND_THE_FILE,
    "import-run": ("imports_run", "imports_get"),
    "import-next": ("imports_next",),
    "import-cancellation": ("imports_cancel",),
    "import-undo": ("imports_undo",),
    "customer-export": ("exports_create",),
    "list-export": ("exports_create",),
    # Customers
    "customer-create": ("customers_create",),
    "customer-assignment": ("customers_edit_many",),
    "customer-tagging": ("customers_edit_many",),
    "customer-sharing": ("customers_share_many",),
    "customer-deletion": ("customers_delete", "customers_delete_many"),
    "customer-restoration": ("customers_restore",),
    "customer-erasure": ("customers_erase",),
    "customer-shares": ("shares_list", "shares_create"),
    "customer-share-removal": ("shares_delete",),
    "customer-reveal": ("customers_reveal",),
    "customer-field-edit": ("customers_update",),
    "contact-points": ("identities_create",),
    "contact-point": ("identities_update", "identities_delete"),
    "customer-addresses": ("addresses_create",),
    "customer-address": ("addresses_update", "addresses_delete"),
    "customer-preferences": ("preferences_list", "preferences_create"),
    "customer-preference": ("preferences_update", "preferences_delete"),
    "customer-relations": ("relations_list", "relations_create"),
    "customer-relation": ("relations_update", "relations_end", "relations_delete"),
    "customer-files": ("files_list", "files_create"),
    "customer-file": ("files_content", "files_delete"),
    "customer-photo": ("photo_get", "photo_set", "photo_delete"),
    "customer-tags": ("customers_update", "customers_edit_many"),
    # Work
    "today-call": ("activities_create", "tasks_update"),
    "task-create": ("tasks_create",),
    "task-detail": ("tasks_get", "tasks_update"),
    "task-state": ("tasks_update",),
    "task-day": ("tasks_update",),
    "customer-tasks": ("tasks_create",),
    "customer-activities": ("activities_create",),
    "activity-edit": ("activities_update",),
    "activity-day": ("activities_update",),
    "activity-deletion": ("activities_delete",),
    # Records of one's own kinds
    "record-create": ("records_create",),
    "record-bulk-deletion": ("records_delete",),
    "record-restoration": ("changes_undo",),
    "record-field-edit": ("records_update",),
    "record-shares": ("record_shares_list", "record_shares_create"),
    "record-share-removal": ("record_shares_delete",),
    "record-notes": ("record_notes_list", "record_notes_create"),
    "record-note-deletion": ("record_notes_delete",),
    "custom-object-new": ("object_definitions_create",),
    "custom-objects-order": ("object_definitions_order",),
    "custom-object": ("object_definitions_list", "object_definitions_get", "object_definitions_update"),
    "custom-object-archival": ("object_definitions_archive",),
    "custom-object-restoration": ("object_definitions_restore",),
    # Insights
    "data-quality-count": ("data_quality_count",),
    "data-quality-tasks": ("data_quality_get", "tasks_create"),
    "best-customers-grades": ("best_customers_grade",),
    # Webhooks
    "new-webhook": ("webhooks_create",),
    "webhook-edit": ("webhooks_update",),
    "webhook-secret": ("webhooks_secret",),
    "webhook-pause": ("webhooks_pause",),
    "webhook-resume": ("webhooks_resume",),
    "webhook-test": ("webhooks_test",),
    "webhook-replay": ("webhooks_replay",),
    "webhook-deletion": ("webhooks_delete",),
    "webhook-delivery-replay": ("deliveries_replay",),
}
# What every list takes, whatever it lists.
OF_LISTS: dict[str, tuple[str, ...]] = {
    "views": ("views_list", "views_create"),
    "view": ("views_update",),
    "view-state": ("views_update",),
    "view-order": ("views_order",),
    "view-deletion": ("views_delete",),
    "cell": ("lists_edit_cells",),
    "paste": ("lists_edit_cells",),
    "bulk": ("lists_edit_many",),
    "act-cancellation": ("list_acts_cancel",),
}
LISTS = ("customer", "order", "product", "task", "record")


def table() -> dict[str, tuple[str, ...] | str]:
    return TABLE | {f"{noun}-{name}": done for noun in LISTS for name, done in OF_LISTS.items()}


def methods_of(view: Callable[..., Any]) -> list[str] | None:
    """What `require_http_methods` lets through; None where nobody says."""
    seen: set[int] = set()
    todo: list[Any] = [view]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        for cell in getattr(one, "__closure__", None) or ():
            held = cell.cell_contents
            if (
                isinstance(held, list | tuple)
                and held
                and all(isinstance(each, str) and each.isupper() for each in held)
            ):
                return list(held)
            if callable(held):
                todo.append(held)
        if hasattr(one, "__wrapped__"):
            todo.append(one.__wrapped__)
    return None


def acts() -> Iterator[str]:
    """The names of all addresses of screens that take a POST."""

    def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for pattern in patterns:
            if getattr(pattern, "namespace", None) == "api":
                continue
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns)
            else:
                methods = methods_of(pattern.callback)
                if (methods is None or "POST" in methods) and pattern.name != "api-openapi":
                    yield str(pattern.name)

    yield from walk(get_resolver().url_patterns)


ACTS = list(acts())
OPERATIONS = {
    str(operation.operation_id)
    for _prefix, router in the_api._routers
    for view in router.path_operations.values()
    for operation in view.operations
}


def test_finds_the_addresses_that_write() -> None:
    assert len(ACTS) > 120
    assert {"customer-create", "task-bulk", "account_login"} <= set(ACTS)
    assert "customer-list" not in ACTS


@pytest.mark.parametrize("name", sorted(ACTS))
def test_every_act_by_hand_has_its_operation_or_a_reason(name: str) -> None:
    said = table().get(name)
    assert said, (
        f"“{name}” takes a POST: name the operations of the API that do the same in TABLE, or say why there is none"
    )
    if not isinstance(said, str):
        assert set(said) <= OPERATIONS, f"{name}: there is no operation {sorted(set(said) - OPERATIONS)}"


def test_names_no_act_that_is_gone() -> None:
    assert set(table()) <= set(ACTS), sorted(set(table()) - set(ACTS))
