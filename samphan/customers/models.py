"""One record per customer, and the many identities behind it."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest, Lower, Substr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from samphan.customers.reach import OWNED, of_visible_customers
from samphan.platform.access import within_reach
from samphan.platform.catalogue import Privacy
from samphan.platform.changes.recording import tracked
from samphan.platform.tenancy import WorkspaceModel
from samphan.platform.thai.partial_dates import LEAP_PATTERN, PATTERN

if TYPE_CHECKING:
    from samphan.platform.access import Viewer


EDITABLE = (
    "kind",
    "title",
    "first_name",
    "last_name",
    "name",
    "name_en",
    "nickname",
    "gender",
    "birth_date",
    "tax_id",
    "branch",
    "grade",
    "stage",
    "owner",
    "source",
    "note",
)
"""Columns of a customer that people edit one by one. Contact points, addresses and tags are rows with acts of their own."""


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """The living customers of the viewer's workspace that are within the viewer's reach."""
        return self.reached_by(viewer).filter(deleted_at__isnull=True)

    def reached_by(self, viewer: "Viewer") -> Self:
        """Those within the viewer's reach, deleted ones too."""
        return self.filter(within_reach(viewer, OWNED, "owner_id"), workspace_id=viewer.workspace_id)


@tracked(
    fields=[
        *EDITABLE,
        "language",
        "custom",
        "sources",
        "deleted_at",
    ],
    together=[("kind", "first_name", "last_name", "name")],
    merged=["sources", "custom"],
    indexes=[
        models.Index(fields=["pgh_obj", "pgh_created_at", "pgh_id"], name="customer_history_by_time"),
        models.Index("workspace", "pgh_created_at", name="customer_gone", condition=Q(pgh_label="delete")),
    ],
)
class Customer(WorkspaceModel):
    """A person or an organisation that buys, or may buy, from the company."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    class Stage(models.TextChoices):
        PROSPECT = "prospect", _("Interested")
        LEAD = "lead", _("Lead")
        NEW = "new", _("New customer")
        REGULAR = "regular", _("Regular")
        AT_RISK = "at_risk", _("At risk")
        LOST = "lost", _("Lost customer")
        ADVOCATE = "advocate", _("Advocate")

    class Grade(models.TextChoices):
        A = "A", "A"
        B = "B", "B"
        C = "C", "C"
        D = "D", "D"

    class Gender(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        OTHER = "other", _("Other gender")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PERSON)
    title = models.CharField(_("title"), max_length=60, blank=True, default="")
    first_name = models.CharField(_("first name"), max_length=200, blank=True, default="")
    last_name = models.CharField(_("last name"), max_length=200, blank=True, default="")
    name = models.CharField(_("name"), max_length=500)  # first and last name, or the organisation's; never empty
    name_en = models.CharField(_("name in English"), max_length=500, blank=True, default="")
    nickname = models.CharField(_("nickname"), max_length=100, blank=True, default="")
    gender = models.CharField(_("gender"), max_length=6, choices=Gender, blank=True, default="")
    # The ISO date with XX for unknown parts, see `platform.thai.partial_dates`. Not in the column `birth_date`, which held
    # whole dates until 0.1 and goes with a later release.
    birth_date = models.CharField(_("birth date"), max_length=10, null=True, blank=True, db_column="birth")
    tax_id = models.CharField(_("tax id"), max_length=13, blank=True, default="")
    branch = models.CharField(_("branch"), max_length=5, blank=True, default="")  # 00000 is the head office
    grade = models.CharField(_("grade"), max_length=1, choices=Grade, blank=True, default="")
    stage = models.CharField(_("lifecycle stage"), max_length=8, choices=Stage, blank=True, default="")
    owner = models.ForeignKey(
        "administration.Member",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("owner"),
    )
    source = models.CharField(_("source"), max_length=200, blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")
    language = models.CharField(_("language"), max_length=2, blank=True, default="")
    custom = models.JSONField(default=dict, blank=True)  # custom fields by field id
    # {field: [source, at]}; "*" stands for every field not named: where a value came from, and when.
    sources = models.JSONField(default=dict, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    # Computed; kept true by sets, outside the history.
    name_key = models.TextField(default="", db_default="")  # Thai dictionary order under byte comparison
    order_count = models.IntegerField(_("orders"), default=0, db_default=0)
    total_spent = models.DecimalField(_("total spent"), max_digits=18, decimal_places=6, default=0, db_default=0)  # THB
    first_order_at = models.DateTimeField(_("first order"), null=True, blank=True)
    last_order_at = models.DateTimeField(_("last order"), null=True, blank=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        constraints = [
            models.CheckConstraint(name="customer_has_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="customer_tax_id_digits", condition=Q(tax_id="") | Q(tax_id__regex=r"^[0-9]{13}$")
            ),
            models.CheckConstraint(
                name="customer_branch_digits", condition=Q(branch="") | Q(branch__regex=r"^[0-9]{5}$")
            ),
            models.CheckConstraint(
                name="customer_birth_is_a_date",
                condition=Q(birth_date__regex=PATTERN)
                & (~Q(birth_date__endswith="-02-29") | Q(birth_date__regex=LEAP_PATTERN)),
            ),
        ]
        indexes = [
            # One index per sort of the list, in the order (workspace, sort expression, id) that keyset paging walks.
            models.Index("workspace", "name_key", "id", name="customer_by_name", condition=Q(deleted_at=None)),
            models.Index(
                "workspace",
                # GREATEST, because row-level security lets no index serve COALESCE, which counts as leaky.
                Greatest(F("last_order_at"), Value("-infinity"), output_field=models.DateTimeField()),
                "id",
                name="customer_by_last_order",
                condition=Q(deleted_at=None),
            ),
            models.Index("workspace", "total_spent", "id", name="customer_by_total", condition=Q(deleted_at=None)),
            models.Index("workspace", "order_count", "id", name="customer_by_orders", condition=Q(deleted_at=None)),
            # The two choices that people filter by, in the order of the list as it opens; and both at once, because who is
            # good and at risk bought last long ago: on an index of one of them a page reads a hundred thousand others first.
            models.Index(
                "workspace",
                "stage",
                Greatest(F("last_order_at"), Value("-infinity"), output_field=models.DateTimeField()),
                "id",
                name="customer_by_stage",
                condition=Q(deleted_at=None) & ~Q(stage=""),
            ),
            models.Index(
                "workspace",
                "grade",
                Greatest(F("last_order_at"), Value("-infinity"), output_field=models.DateTimeField()),
                "id",
                name="customer_by_grade",
                condition=Q(deleted_at=None) & ~Q(grade=""),
            ),
            models.Index(
                "workspace",
                "stage",
                "grade",
                Greatest(F("last_order_at"), Value("-infinity"), output_field=models.DateTimeField()),
                "id",
                name="customer_by_stage_and_grade",
                condition=Q(deleted_at=None) & ~Q(stage="") & ~Q(grade=""),
            ),
            # Birthdays: month and day, as conditions ask for them.
            models.Index(
                "workspace",
                Substr("birth_date", 6, 5),
                name="customer_by_birthday",
                condition=Q(deleted_at=None, birth_date__isnull=False),
            ),
            models.Index(
                "workspace", "deleted_at", "id", name="customer_deleted", condition=Q(deleted_at__isnull=False)
            ),
            models.Index("workspace", "tax_id", name="customer_by_tax_id", condition=~Q(tax_id="")),
            models.Index("workspace", "owner", "id", name="customer_by_owner", condition=Q(owner__isnull=False)),
            models.Index("created_in", name="customer_by_changeset"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(
    fields=["customer", "kind", "value", "position", "resolves", "label", "verified_at"],
    part_of="customer",
    together=[("value", "verified_at")],
    only_one=("resolves", ("kind", "value")),
    indexes=[models.Index(fields=["customer", "pgh_id"], name="identity_history_of_one")],
)
class Identity(WorkspaceModel):
    """A number or an account through which a customer is reached or recognised.

    Several customers may share a phone; at most one of the rows with the same value `resolves`: events, messages and
    imports that name the value belong to that customer.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")
        LINE = "line", _("LINE")
        FACEBOOK = "facebook", "Facebook"
        MEMBER_NUMBER = "member", _("Member number")
        EXTERNAL_ID = "external", _("External id")

    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="identities", db_constraint=False, db_index=False
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    value = models.CharField(_("value"), max_length=320)  # E.164 for phones, lower case for e-mail
    position = models.SmallIntegerField(default=0)  # 0 is the first one to use
    resolves = models.BooleanField(default=True)
    label = models.CharField(_("label"), max_length=60, blank=True, default="")
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "value"], condition=Q(resolves=True), name="identity_resolves_to_one"
            ),
        ]
        indexes = [
            models.Index("workspace", "customer", "kind", name="identity_by_customer"),
            # Those who share a value with the one it names: few, and looked for by every import.
            models.Index("workspace", "kind", "value", name="identity_shared", condition=Q(resolves=False)),
            models.Index("created_in", name="identity_by_changeset"),
        ]

    def __str__(self) -> str:
        return self.value


@tracked(
    fields=[
        "customer",
        "position",
        "label",
        "line",
        "subdistrict",
        "district",
        "province",
        "postcode",
        "subdistrict_code",
    ],
    part_of="customer",
    together=[("line", "subdistrict", "district", "province", "postcode", "subdistrict_code")],
    indexes=[models.Index(fields=["customer", "pgh_id"], name="address_history_of_one")],
)
class Address(WorkspaceModel):
    """Where a customer lives, works or has things delivered."""

    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="addresses", db_constraint=False, db_index=False
    )
    position = models.SmallIntegerField(default=0)
    label = models.CharField(_("label"), max_length=60, blank=True, default="")
    line = models.CharField(_("address"), max_length=500, blank=True, default="")  # house, building, soi, road
    subdistrict = models.CharField(_("subdistrict"), max_length=100, blank=True, default="")
    district = models.CharField(_("district"), max_length=100, blank=True, default="")
    province = models.CharField(_("province"), max_length=100, blank=True, default="")
    postcode = models.CharField(_("postcode"), max_length=5, blank=True, default="")
    subdistrict_code = models.CharField(max_length=6, blank=True, default="")

    class Meta:
        indexes = [
            models.Index("workspace", "customer", name="address_by_customer"),
            models.Index("workspace", Lower("province"), "customer", name="address_by_province"),
            models.Index("created_in", name="address_by_changeset"),
        ]


@tracked(fields=["name", "tone"])
class Tag(WorkspaceModel):
    """A word that people put on customers to find them again."""

    name = models.CharField(_("name"), max_length=100)
    tone = models.CharField(max_length=8, default="slate")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="tag_name_once")]
        indexes = [models.Index("created_in", name="tag_by_changeset")]

    def __str__(self) -> str:
        return self.name


@tracked(
    fields=["customer", "tag"],
    part_of="customer",
    indexes=[models.Index(fields=["customer", "pgh_id"], name="customer_tag_history_of_one")],
)
class CustomerTag(WorkspaceModel):
    """A tag on a customer."""

    customer = models.ForeignKey(Customer, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    tag = models.ForeignKey(Tag, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "customer", "tag"], name="customer_tag_once")]
        indexes = [
            models.Index("workspace", "tag", name="customer_tag_by_tag"),
            models.Index("created_in", name="customer_tag_by_changeset"),
        ]


class PreferenceQuerySet(models.QuerySet["Preference"]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """Those of the living customers of the viewer's workspace, withdrawn ones too."""
        return self.filter(of_visible_customers(viewer), workspace_id=viewer.workspace_id)

    def standing(self, viewer: "Viewer") -> Self:
        """Those that are still true, the last noted first."""
        mine = self.filter(workspace_id=viewer.workspace_id, withdrawn_at__isnull=True)
        return mine.order_by("-noted_at", "-id")


@tracked(
    fields=["customer", "kind", "text", "confidence", "source", "noted_by", "noted_at", "withdrawn_at"],
    part_of="customer",
    indexes=[models.Index(fields=["customer", "pgh_id"], name="preference_history_of_one")],
)
class Preference(WorkspaceModel):
    """Something a customer likes, dislikes or asks for, remembered for the next time they are served."""

    class Kind(models.TextChoices):
        LIKE = "like", _("Likes")
        DISLIKE = "dislike", _("Dislikes")
        NEED = "need", _("Asks for")
        OTHER = "other", _("Good to know")

    class Confidence(models.TextChoices):
        SAID = "said", _("The customer said so")
        OBSERVED = "observed", _("Seen by staff")
        GUESSED = "guessed", _("A guess")

    MAX_TEXT = 300

    customer = models.ForeignKey(Customer, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.LIKE)
    text = models.CharField(_("preference"), max_length=MAX_TEXT)
    confidence = models.CharField(_("how sure"), max_length=8, choices=Confidence, default=Confidence.SAID)
    source = models.CharField(_("where from"), max_length=200, blank=True, default="")  # in words: counter, call, LINE
    noted_by = models.ForeignKey(
        "administration.Member",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    noted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # true until then

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="preference_has_text", condition=~Q(text=""))]
        indexes = [
            # The timeline walks it backwards; the chips read the end of it.
            models.Index("workspace", "customer", "noted_at", "id", name="preference_by_time"),
            models.Index("created_in", name="preference_by_changeset"),
        ]

    def __str__(self) -> str:
        return self.text


class RelationQuerySet(models.QuerySet["Relation"]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """Those between two living customers of the viewer's workspace, of the kinds that the viewer may read."""
        found = self.filter(
            of_visible_customers(viewer), of_visible_customers(viewer, "other"), workspace_id=viewer.workspace_id
        )
        return found if viewer.may_read(Privacy.PERSONAL) else found.exclude(kind__in=Relation.PERSONAL)

    def of(self, customer_ids: Collection[UUID]) -> Self:
        """Those in which one of these customers stands on either side."""
        return self.filter(Q(customer__in=customer_ids) | Q(other__in=customer_ids))

    def standing(self, today: date) -> Self:
        """Those that have not ended before a day."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=today))


@tracked(
    fields=["customer", "other", "kind", "word", "other_word", "since_on", "until_on", "note"],
    part_of="customer",
    together=[("kind", "word", "other_word"), ("since_on", "until_on")],
    indexes=[
        models.Index(fields=["customer", "pgh_id"], name="relation_history_of_one"),
        models.Index(fields=["other", "pgh_id"], name="relation_history_of_other"),
    ],
)
class Relation(WorkspaceModel):
    """What two customers are to each other, read from `customer`: its owner, employee, parent, branch, referrer.

    Spouses and siblings are the same to each other; a relation of the kind `other` has words of its own.
    """

    class Kind(models.TextChoices):
        OWNER = "owner", _("Proprietor and business")
        EMPLOYEE = "employee", _("Employee and workplace")
        SPOUSE = "spouse", _("Spouses")
        PARENT = "parent", _("Parent and child")
        SIBLING = "sibling", _("Siblings")
        BRANCH = "branch", _("Branch and head office")
        GROUP = "group", _("Company and its parent")
        REFERRAL = "referral", _("Referrer and referred")
        OTHER = "other", _("Other")

    PERSONAL = (Kind.SPOUSE, Kind.PARENT, Kind.SIBLING, Kind.OTHER)  # told only to who may read what is personal
    SAME_BOTH_WAYS = (Kind.SPOUSE, Kind.SIBLING)
    MAX_WORD, MAX_NOTE = 60, 500

    customer = models.ForeignKey(Customer, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    other = models.ForeignKey(Customer, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    kind = models.CharField(_("relation"), max_length=8, choices=Kind)
    # What `customer` is to `other` in words: a post (buyer), or the word of a relation of the kind `other`.
    word = models.CharField(_("position or word"), max_length=MAX_WORD, blank=True, default="")
    other_word = models.CharField(max_length=MAX_WORD, blank=True, default="")  # what `other` is, of the kind `other`
    since_on = models.DateField(_("since"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=MAX_NOTE, blank=True, default="")

    objects = RelationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="relation_of_two", condition=~Q(customer=F("other"))),
            models.CheckConstraint(
                name="relation_ends_after_its_start",
                condition=Q(since_on=None) | Q(until_on=None) | Q(until_on__gte=F("since_on")),
            ),
            models.CheckConstraint(name="relation_has_word", condition=~Q(kind="other", word="")),
        ]
        indexes = [
            models.Index("workspace", "customer", "id", name="relation_by_customer"),
            models.Index("workspace", "other", "id", name="relation_by_other"),
            models.Index("created_in", name="relation_by_changeset"),
        ]


class ConsentEvidenceQuerySet(models.QuerySet["ConsentEvidence"]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """Those of the living customers of the viewer's workspace."""
        return self.filter(of_visible_customers(viewer), workspace_id=viewer.workspace_id)


@tracked(
    fields=["customer", "purpose", "channel", "reading", "column", "said", "file_name", "row", "read_at"],
    part_of="customer",
    indexes=[models.Index(fields=["customer", "pgh_id"], name="evidence_history_of_one")],
)
class ConsentEvidence(WorkspaceModel):
    """What a file said about a customer's consent, word for word; `created_in` is the import that brought it.

    Evidence is no consent: nobody may be written to because of it. Rows are only added, and go with their import.
    """

    class Purpose(models.TextChoices):
        MARKETING = "marketing", pgettext_lazy("purpose of consent", "News and offers")
        ANALYSIS = "analysis", pgettext_lazy("purpose of consent", "Analysis")
        SHARING = "sharing", pgettext_lazy("purpose of consent", "Sharing with others")
        DATA = "data", pgettext_lazy("purpose of consent", "Personal data")

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", pgettext_lazy("channel", "SMS")
        PHONE = "phone", _("Phone")
        LINE = "line", _("LINE")
        POST = "post", pgettext_lazy("channel", "Post")

    class Reading(models.TextChoices):
        YES = "yes", pgettext_lazy("consent in a file", "Agrees")
        NO = "no", pgettext_lazy("consent in a file", "Does not agree")
        UNCLEAR = "unclear", pgettext_lazy("consent in a file", "Unclear")

    MAX_SAID = 500

    customer = models.ForeignKey(Customer, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    purpose = models.CharField(max_length=9, choices=Purpose)
    channel = models.CharField(max_length=5, choices=Channel, blank=True, default="")  # "": the column names none
    reading = models.CharField(max_length=7, choices=Reading)
    column = models.CharField(max_length=255)  # its heading
    said = models.CharField(max_length=MAX_SAID)
    file_name = models.CharField(max_length=255)
    row = models.IntegerField()  # as people count in the file, the heading included
    read_at = models.DateTimeField()

    objects = ConsentEvidenceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("workspace", "customer", "id", name="consent_evidence_of_customer"),
            models.Index("created_in", name="consent_evidence_by_changeset"),
        ]

    def __str__(self) -> str:
        return f"{self.column}: {self.said}"


class CustomerFileQuerySet(models.QuerySet["CustomerFile"]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """Those of the living customers of the viewer's workspace, deleted ones too; files are personal data."""
        if not viewer.may_read(Privacy.PERSONAL):
            return self.none()
        return self.filter(of_visible_customers(viewer), workspace_id=viewer.workspace_id)

    def standing(self) -> Self:
        """Those that were not deleted."""
        return self.filter(deleted_at__isnull=True)


@tracked(
    fields=[
        "customer",
        "kind",
        "name",
        "path",
        "preview_path",
        "content_type",
        "size",
        "added_by",
        "added_at",
        "deleted_at",
    ],
    part_of="customer",
    indexes=[models.Index(fields=["customer", "pgh_id"], name="file_history_of_one")],
)
class CustomerFile(WorkspaceModel):
    """A file attached to a customer, or the customer's photo. What it holds lies in the storage under `path`."""

    class Kind(models.TextChoices):
        FILE = "file", _("File")
        PHOTO = "photo", _("Photo")  # the newest one that stands is shown

    customer = models.ForeignKey(Customer, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.FILE)
    name = models.CharField(_("name"), max_length=200)
    path = models.CharField(max_length=200)
    preview_path = models.CharField(max_length=200, blank=True, default="")  # a small square of a picture
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()  # bytes
    added_by = models.ForeignKey(
        "administration.Member",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    added_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = CustomerFileQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="file_has_name", condition=~Q(name=""))]
        indexes = [
            # The timeline walks it backwards; the panel reads the end of it.
            models.Index("workspace", "customer", "added_at", "id", name="customer_file_by_time"),
            models.Index("created_in", name="customer_file_by_changeset"),
        ]

    def __str__(self) -> str:
        return self.name
