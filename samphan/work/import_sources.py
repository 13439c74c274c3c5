"""Notes, calls, activities and tasks as HubSpot, Pipedrive, Salesforce and Zoho CRM export them.

They find their customers by the record numbers that an export of contacts brought; where a system writes names alone, by
the name.
"""

from django.utils.translation import gettext_lazy as _

from samphan.customers.import_sources import salesforce_id, zoho_id
from samphan.platform.imports.sources import Source

_NOTES, _CALLS, _TASKS = _("notes"), _("calls"), _("tasks")
_HUBSPOT_CONTACTS = ("Associated Contact IDs", "Associated Contact ID", "Contact ID")

ACTIVITIES = (
    Source(
        "hubspot_notes", "HubSpot", _NOTES,
        needs=("Note body",),
        marks=("Note body", "Activity date", "Activity assigned to", *_HUBSPOT_CONTACTS, "Create Date", "Record ID"),
        columns={
            "external_id": _HUBSPOT_CONTACTS,
            "at": ("Activity date", "Create Date"),
            "text": ("Note body",),
            "member": ("Activity assigned to", "Activity created by"),
        },
        others=("Record ID", "Associated Company IDs", "Associated Deal IDs", "Last modified date"),
        id_prefix="hubspot:",
    ),
    Source(
        "hubspot_calls", "HubSpot", _CALLS,
        needs=("Call notes", "Call Title"),
        marks=("Call notes", "Call Title", "Call outcome", "Call direction", "Call duration (HH:mm:ss)", "Activity date",
               "Activity assigned to"),
        columns={
            "external_id": _HUBSPOT_CONTACTS,
            "at": ("Activity date", "Create Date"),
            "subject": ("Call Title",),
            "text": ("Call notes",),
            "duration": ("Call duration (HH:mm:ss)",),
            "direction": ("Call direction",),
            "outcome": ("Call outcome",),
            "member": ("Activity assigned to",),
        },
        others=("Record ID", "Call status", "Associated Company IDs", "Associated Deal IDs"),
        values={"kind": "call"},
        enough=3,
        id_prefix="hubspot:",
    ),
    Source(
        "pipedrive_notes", "Pipedrive", _NOTES,
        needs=("Note - Content",),
        marks=("Note - Content", "Note - Add time", "Note - Person", "Note - User",
               "Note - Pipedrive System ID", "Person - Name",
               "Person - ID"),
        columns={
            "external_id": ("Person - ID",),
            "customer": ("Note - Person", "Person - Name", "Contact person", "Note - Organization", "Organization - Name"),
            "at": ("Note - Add time", "Note - Creation date"),
            "text": ("Note - Content",),
            "member": ("Note - User", "Note - Owner"),
        },
        others=("Note - Deal", "Note - Pipedrive System ID", "Note - Update time"),
        id_prefix="pipedrive:",
    ),
    Source(
        "zoho_notes", "Zoho CRM", _NOTES,
        needs=("Note Content",),
        marks=("Note Title", "Parent ID", "Parent ID.id", "Note Owner", "Note Owner.id", "Record Id",
               "Note Id", "Created Time"),
        columns={
            "external_id": ("Parent ID.id", "Parent ID"),
            "at": ("Created Time", "Modified Time"),
            "subject": ("Note Title",),
            "text": ("Note Content",),
            "member": ("Note Owner", "Created By"),
        },
        others=("Record Id", "Note Id", "Note Owner.id", "Created By.id", "Modified By", "Parent Module"),
        id_of=zoho_id,
    ),
    Source(
        "zoho_calls", "Zoho CRM", _CALLS,
        needs=("Call Start Time",),
        marks=("Call Type", "Call Duration", "Call Owner", "Call Owner.id", "Call Purpose", "Contact Name.id", "Contact Name"),
        columns={
            "external_id": ("Contact Name.id",),
            "customer": ("Contact Name",),
            "at": ("Call Start Time",),
            "subject": ("Subject",),
            "text": ("Description", "Call Agenda"),
            "duration": ("Call Duration",),
            "direction": ("Call Type",),
            "outcome": ("Call Result",),
            "member": ("Call Owner",),
        },
        others=("Record Id", "Call Owner.id", "Call Purpose", "Related To", "Created Time", "Modified Time"),
        values={"kind": "call"},
        id_of=zoho_id,
    ),
)  # fmt: skip

TASKS = (
    Source(
        "hubspot_tasks", "HubSpot", _TASKS,
        needs=("Task Title",),
        marks=("Task Title", "Task Status", "Task Notes", "Task Type", "Due date", "Activity assigned to", *_HUBSPOT_CONTACTS),
        columns={
            "external_id": _HUBSPOT_CONTACTS,
            "title": ("Task Title",),
            "text": ("Task Notes",),
            "kind": ("Task Type",),
            "state": ("Task Status",),
            "due": ("Due date",),
            "assignee": ("Activity assigned to", "Assigned to"),
            "closed": ("Completed at",),
        },
        others=("Record ID", "Priority", "Create Date", "Associated Company IDs", "Associated Deal IDs"),
        enough=3,
        id_prefix="hubspot:",
    ),
    Source(
        "pipedrive_activities", "Pipedrive", _TASKS,
        needs=("Activity - Subject",),
        marks=("Activity - Subject", "Activity - Due date", "Activity - Assigned to user", "Activity - Type", "Activity - Done",
               "Activity - Note"),
        columns={
            "external_id": ("Person - ID",),
            "customer": ("Contact person", "Activity - Contact person", "Person - Name", "Organization", "Organization - Name"),
            "title": ("Activity - Subject",),
            "text": ("Activity - Note", "Activity - Public description"),
            "kind": ("Activity - Type",),
            "state": ("Activity - Done",),
            "due": ("Activity - Due date",),
            "due_time": ("Activity - Due time",),
            "assignee": ("Activity - Assigned to user",),
            "closed": ("Activity - Marked as done time",),
        },
        others=("Deal", "Lead", "Activity - Duration", "Activity - Pipedrive System ID"),
        enough=3,
        id_prefix="pipedrive:",
    ),
    Source(
        "salesforce_tasks", "Salesforce", _TASKS,
        needs=("WhoId",),
        marks=("WhatId", "ActivityDate", "IsClosed", "IsHighPriority", "TaskSubtype", "OwnerId",
               "CompletedDateTime", "SystemModstamp"),
        columns={
            "external_id": ("WhoId",),
            "title": ("Subject",),
            "text": ("Description",),
            "kind": ("TaskSubtype",),
            "state": ("Status",),
            "due": ("ActivityDate",),
            "assignee": ("Owner.Name", "Owner.Email"),
            "closed": ("CompletedDateTime",),
        },
        others=("Id", "Type", "Priority", "CreatedDate", "AccountId"),
        formats={"due": {"era": "ce"}, "closed": {"era": "ce"}},
        enough=3,
        id_of=salesforce_id,
    ),
    Source(
        "zoho_tasks", "Zoho CRM", _TASKS,
        needs=("Task Owner", "Task Owner.id"),
        marks=("Subject", "Due Date", "Contact Name", "Contact Name.id", "Status", "Priority", "Closed Time", "Related To"),
        columns={
            "external_id": ("Contact Name.id",),
            "customer": ("Contact Name",),
            "title": ("Subject",),
            "text": ("Description",),
            "state": ("Status",),
            "due": ("Due Date",),
            "assignee": ("Task Owner",),
            "closed": ("Closed Time",),
        },
        others=("Record Id", "Priority", "Created Time", "Modified Time", "Created By", "Related To", "Tag"),
        enough=3,
        id_of=zoho_id,
    ),
)  # fmt: skip
