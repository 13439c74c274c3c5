"""The definition of a custom field."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from samphan.platform.catalogue import Privacy
from samphan.platform.changes.recording import tracked
from samphan.platform.tenancy import WorkspaceModel


@tracked(
    fields=[
        "entity",
        "name",
        "kind",
        "label_th",
        "label_en",
        "help_th",
        "help_en",
        "group_th",
        "group_en",
        "position",
        "privacy",
        "rules",
        "choices",
        "default",
        "is_asked",
        "is_searched",
        "archived_at",
    ]
)
class CustomField(WorkspaceModel):
    """A field that a company gave to one kind of record. Its id is the key of its values, its name the one in addresses."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        LONG_TEXT = "long_text", _("Long text")
        NUMBER = "number", _("Number")
        MONEY = "money", _("Amount in baht")
        DATE = "date", _("Date")
        CHOICE = "choice", _("One of several choices")
        MULTI_CHOICE = "multi_choice", _("Any of several choices")
        BOOLEAN = "boolean", _("Yes or no")
        MEMBER = "member", pgettext_lazy("kind of field", "Person of the company")
        FORMULA = "formula", pgettext_lazy("kind of field", "Formula")
        RELATION = "relation", pgettext_lazy("kind of field", "Another record")
        FILE = "file", pgettext_lazy("kind of field", "Files")

    class Class(models.TextChoices):
        PUBLIC = Privacy.PUBLIC.value, pgettext_lazy("privacy", "Public")
        BUSINESS = Privacy.BUSINESS.value, pgettext_lazy("privacy", "Business")
        CONTACT = Privacy.CONTACT.value, pgettext_lazy("privacy", "Contact")
        PERSONAL = Privacy.PERSONAL.value, pgettext_lazy("privacy", "Personal")
        SENSITIVE = Privacy.SENSITIVE.value, pgettext_lazy("privacy", "Sensitive")
        FINANCIAL = Privacy.FINANCIAL.value, pgettext_lazy("privacy", "Financial")

    entity = models.CharField(max_length=63)  # name of the entity in the catalogue
    name = models.CharField(max_length=63)  # c_…; stands in saved views, addresses and the API, so it never changes
    kind = models.CharField(max_length=12, choices=Kind)
    label_th = models.CharField(max_length=80, blank=True, default="")
    label_en = models.CharField(max_length=80, blank=True, default="")
    help_th = models.CharField(max_length=200, blank=True, default="")
    help_en = models.CharField(max_length=200, blank=True, default="")
    group_th = models.CharField(max_length=80, blank=True, default="")
    group_en = models.CharField(max_length=80, blank=True, default="")
    position = models.IntegerField(default=0)
    privacy = models.CharField(max_length=10, choices=Class, default=Class.BUSINESS)
    # formula: its text with the names of fields, gives: the kind of its values, places: decimals; target: an entity's name.
    # required, unique: booleans; minimum, maximum, shortest, longest, pattern: texts as they were typed, checked.
    rules = models.JSONField(default=dict, blank=True)
    choices = models.JSONField(default=list, blank=True)  # [{value, th, en, tone, archived}], in the order of menus
    default = models.CharField(max_length=1000, blank=True, default="")  # of new records, as stored texts are written
    is_asked = models.BooleanField(default=True)  # in the form of a new record
    is_searched = models.BooleanField(default=False)  # found by the search
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("custom field")
        constraints = [
            models.UniqueConstraint(fields=["workspace", "entity", "name"], name="custom_field_name_once"),
            models.CheckConstraint(name="custom_field_has_label", condition=~models.Q(label_th="", label_en="")),
        ]
        indexes = [models.Index("created_in", name="custom_field_by_changeset")]

    def __str__(self) -> str:
        return self.label_th or self.label_en

    @property
    def key(self) -> str:
        """The key of its values in `custom`."""
        return str(self.pk)

    @property
    def value_kind(self) -> str:
        """The kind of its values: of a formula what it gives."""
        return str(self.rule("gives") or self.Kind.NUMBER) if self.kind == self.Kind.FORMULA else self.kind

    def rule(self, name: str) -> Any:
        """One of the rules; None where there is none."""
        return self.rules.get(name)

    @property
    def is_required(self) -> bool:
        return bool(self.rule("required"))

    @property
    def is_unique(self) -> bool:
        return bool(self.rule("unique"))


class FieldUse(WorkspaceModel):
    """How many pages of a day were filtered or sorted by a custom field, in the way that one shape of index serves.

    Without a key to the field: what is counted of one that an undo took away is passed over, and forgotten with time.
    """

    field_id = models.UUIDField()
    shape = models.CharField(max_length=8)  # of `shapes`
    used_on = models.DateField()  # in UTC
    used_count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "field_id", "shape", "used_on"], name="field_use_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.field_id} {self.shape} {self.used_on}"


class FieldFile(WorkspaceModel):
    """What one file holds that stands in a custom field. The record's value names it by its id, and history follows that."""

    entity = models.CharField(max_length=63)
    record_id = models.UUIDField()  # it was attached to; after a merge the value of another one may name it too
    field_id = models.UUIDField()
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=200)  # in the storage
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()  # bytes
    added_by_id = models.UUIDField(null=True, blank=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(
        null=True, blank=True
    )  # when it was last taken away; undo may have brought it back

    class Meta:
        indexes = [models.Index("workspace", "field_id", "id", name="field_file_by_field")]

    def __str__(self) -> str:
        return self.name
