"""Imports as they stand between a file and the records it becomes."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import pgettext_lazy

from samphan.platform.ids import uuid7
from samphan.platform.imports.sentences import sentence


class ImportBatch(models.Model):
    """One file on its way in: where it lies, how it is read, how far it has come, and what it changed."""

    class State(models.TextChoices):
        FETCHING = "fetching", pgettext_lazy("import", "Fetching the sheet")
        UPLOADED = "uploaded", pgettext_lazy("import", "Not checked yet")
        CHECKING = "checking", pgettext_lazy("import", "Checking")
        CHECKED = "checked", pgettext_lazy("import", "Checked")
        RUNNING = "running", pgettext_lazy("import", "Importing")
        DONE = "done", pgettext_lazy("import", "Imported")
        FAILED = "failed", pgettext_lazy("import", "Stopped by a problem")
        CANCELLED = "cancelled", pgettext_lazy("import", "Cancelled")
        UNDOING = "undoing", pgettext_lazy("import", "Undoing")
        UNDONE = "undone", pgettext_lazy("import", "Undone")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)  # also the id of its changeset
    workspace_id = models.UUIDField()
    member_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=32)
    state = models.CharField(max_length=12, choices=State, default=State.UPLOADED)
    file_name = models.CharField(max_length=255)
    file_path = models.TextField()  # inside the home's files folder; absolute for the command line
    link = models.TextField(default="", db_default="", blank=True)  # of the sheet that the file was fetched from
    workbook = models.UUIDField(null=True)  # the first import of the same workbook, of those that came after it
    size_bytes = models.BigIntegerField(default=0)
    shape = models.JSONField(default=dict)  # encoding, separator, sheet, heading row
    signature = models.CharField(
        max_length=64, default="", db_default=""
    )  # of its headings: files of one source share it
    mapping = models.JSONField(
        default=dict
    )  # {"columns": {heading: field}, "formats": {}, "keys": [], "existing": ...}
    corrections = models.JSONField(default=dict)  # {"<row>": {"<heading>": "<value typed instead>"}}
    rows = models.IntegerField(default=0)
    rows_done = models.IntegerField(default=0)  # the checkpoint: rows of the file that are committed
    created = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    errors = models.IntegerField(default=0)
    failure = models.TextField(default="", blank=True)
    result = models.JSONField(default=dict)  # of the check or the undo
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace_id", "id"], name="import_by_workspace"),
            models.Index(fields=["workspace_id", "signature", "id"], name="import_by_source"),
            models.Index(
                fields=["workspace_id", "workbook"],
                name="import_by_workbook",
                condition=models.Q(workbook__isnull=False),
            ),
        ]


class ImportProblem(models.Model):
    """One cell that did not pass, with its row as it stood in the file."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="problems")
    row = models.IntegerField()  # as the user counts in the file, the heading included
    column = models.CharField(max_length=255, blank=True)
    code = models.CharField(max_length=64)  # what kind of problem, for "one fix for many rows"
    message = models.TextField(db_column="reason")  # the sentence before translation
    values = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))  # of its placeholders
    cells = models.JSONField(default=list)
    rejects = models.BooleanField(default=True)  # False: a warning; the row comes in

    class Meta:
        indexes = [models.Index(fields=["batch", "row"], name="import_problem_by_row")]

    @property
    def reason(self) -> str:
        """The sentence in the language that is active now."""
        return sentence(self.message, self.values)
