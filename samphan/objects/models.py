"""Kinds of records that a company defines itself, and their records."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from samphan.administration.custom_fields.definitions import say
from samphan.customers.reach import OWNED as CUSTOMERS
from samphan.customers.reach import of_reached_customers
from samphan.platform.access import Reach, within_reach
from samphan.platform.changes.recording import tracked
from samphan.platform.tenancy import WorkspaceModel

if TYPE_CHECKING:
    from samphan.platform.access import Viewer


@tracked(
    fields=[
        "key",
        "label_th",
        "label_en",
        "plural_th",
        "plural_en",
        "title_th",
        "title_en",
        "code_th",
        "code_en",
        "icon",
        "has_customer",
        "position",
        "archived_at",
    ]
)
class CustomObject(WorkspaceModel):
    """A kind of record that a company defined: a machine, a pet, a car. Its key stands in addresses and never changes."""

    key = models.CharField(max_length=31)
    label_th = models.CharField(max_length=80, blank=True, default="")
    label_en = models.CharField(max_length=80, blank=True, default="")
    plural_th = models.CharField(max_length=80, blank=True, default="")  # "" where it is called as one is
    plural_en = models.CharField(max_length=80, blank=True, default="")
    title_th = models.CharField(max_length=80, blank=True, default="")  # what the name of a record is called
    title_en = models.CharField(max_length=80, blank=True, default="")
    code_th = models.CharField(max_length=80, blank=True, default="")  # and its number or code
    code_en = models.CharField(max_length=80, blank=True, default="")
    icon = models.CharField(max_length=40, default="box")
    has_customer = models.BooleanField(default=True)  # its records belong to customers
    position = models.IntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("kind of record")
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="custom_object_key_once"),
            models.CheckConstraint(name="custom_object_has_label", condition=~Q(label_th="", label_en="")),
        ]
        indexes = [models.Index("created_in", name="custom_object_by_changeset")]

    def __str__(self) -> str:
        return self.label_th or self.label_en

    @property
    def entity_name(self) -> str:
        """The name of its entity in the catalogue, which no entity of Samphan's own can have."""
        return PREFIX + self.key

    @property
    def label(self) -> str:
        """What one record is called, for the reader."""
        return say(self.label_th, self.label_en)

    @property
    def plural(self) -> str:
        """What the records are called, for the reader."""
        return say(self.plural_th or self.label_th, self.plural_en or self.label_en)

    @property
    def names(self) -> str:
        """Everything it is called, for the palette."""
        return "|".join(dict.fromkeys(filter(None, (self.label_th, self.plural_th, self.label_en, self.plural_en))))

    def permission(self, verb: str) -> str:
        """The right to do something with its records: view, add, change, delete, import, export."""
        return f"objects.{verb}_{self.key}"


PREFIX = "o_"  # of the name of every entity that a company defined


class ObjectRecordQuerySet(models.QuerySet["ObjectRecord"]):
    def of(self, kind: CustomObject) -> Self:
        """The records of one kind, deleted ones too."""
        return self.filter(workspace_id=kind.workspace_id, object_id=kind.pk)

    def living(self) -> Self:
        """Those that nobody deleted."""
        return self.filter(deleted_at__isnull=True)

    def reached_by(self, viewer: "Viewer", kind: CustomObject) -> Self:
        """The records of a kind within the viewer's reach, deleted ones too.

        One's own and what is shared are seen whoever the customer is; those of a customer follow the customer otherwise.
        """
        if not viewer.may(kind.permission("view")) or kind.workspace_id != viewer.workspace_id:
            return self.none()
        found = self.of(kind).filter(within_reach(viewer, kind.entity_name, "owner_id"))
        if viewer.reach(CUSTOMERS) is not Reach.ALL:
            own = Q(owner_id__in=sorted(viewer.owners(Reach.OWN)))
            if shared := viewer.granted(kind.entity_name):
                own |= Q(pk__in=sorted(shared))
            found = found.filter(own | Q(customer_id__isnull=True) | of_reached_customers(viewer))
        return found

    def seen_by(self, viewer: "Viewer", kind: CustomObject) -> Self:
        """The living records of one kind that the viewer sees."""
        return self.reached_by(viewer, kind).living()

    def visible_to(self, viewer: "Viewer") -> Self:
        """The living records that the viewer sees, of every kind that is in use."""
        from samphan.objects.known import known_objects

        wanted = Q(pk__in=())
        for kind in known_objects():
            if viewer.may(kind.permission("view")):
                wanted |= Q(pk__in=self.seen_by(viewer, kind).values("pk"))
        return self.filter(wanted, workspace_id=viewer.workspace_id)


@tracked(
    fields=["object", "title", "code", "customer", "owner", "custom", "deleted_at"],
    merged=["custom"],
    indexes=[
        models.Index(fields=["customer", "pgh_id"], name="object_history_of_customer"),
        models.Index("workspace", "pgh_created_at", name="object_record_gone", condition=Q(pgh_label="delete")),
    ],
)
class ObjectRecord(WorkspaceModel):
    """One record of a kind that a company defined. What else it holds are custom fields of its kind."""

    object = models.ForeignKey(CustomObject, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    title = models.CharField(max_length=300)
    code = models.CharField(max_length=100, blank=True, default="")
    customer = models.ForeignKey(
        "customers.Customer", models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False,
        db_index=False, verbose_name=_("customer"),
    )  # fmt: skip
    owner = models.ForeignKey(
        "administration.Member", models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False,
        db_index=False, verbose_name=_("owner"),
    )  # fmt: skip
    custom = models.JSONField(
        default=dict, db_default=Value({}, models.JSONField()), blank=True
    )  # custom fields by field id
    deleted_at = models.DateTimeField(null=True, blank=True)

    title_key = models.TextField(default="", db_default="")  # Thai dictionary order under byte comparison

    objects = ObjectRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("record")
        # That a code stands once is held by `actions.taken_codes` and not by an index: an undo may bring back a record
        # whose code another one has by now, and then both stand.
        constraints = [models.CheckConstraint(name="object_record_has_title", condition=~Q(title=""))]
        indexes = [
            models.Index("workspace", "object", "title_key", "id", name="object_record_by_title", condition=Q(deleted_at=None)),
            models.Index("workspace", "object", "code", "id", name="object_record_by_code", condition=Q(deleted_at=None)),
            models.Index("workspace", "object", "id", name="object_record_by_time", condition=Q(deleted_at=None)),
            models.Index("workspace", "customer", "object", "id", name="object_record_by_customer"),
            models.Index("workspace", "owner", "object", "id", name="object_record_by_owner"),
            models.Index(
                "workspace", "object", "deleted_at", name="object_record_deleted", condition=Q(deleted_at__isnull=False)
            ),
            models.Index("created_in", name="object_record_by_changeset"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


@tracked(
    fields=["record", "member", "at", "text"],
    part_of="record",
    indexes=[models.Index(fields=["record", "pgh_id"], name="note_history_of_record")],
)
class RecordNote(WorkspaceModel):
    """What somebody wrote about a record. Its writer alone takes it away."""

    record = models.ForeignKey(ObjectRecord, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    member = models.ForeignKey(
        "administration.Member", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        verbose_name = _("note")
        constraints = [models.CheckConstraint(name="record_note_has_text", condition=~Q(text=""))]
        indexes = [
            models.Index("workspace", "record", "at", "id", name="record_note_by_record"),
            models.Index("created_in", name="record_note_by_changeset"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
