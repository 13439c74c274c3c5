"""What is known of the upkeep of computed traits."""

from django.db import models

from samphan.platform.tenancy import WorkspaceModel


class TraitState(WorkspaceModel):
    """How the computed traits of one set stand: whether every customer has them, and what the last proof found."""

    name = models.CharField(max_length=60)
    version = models.IntegerField(
        default=0
    )  # of the statement by which everybody was worked out; 0 before the first time
    upto = models.UUIDField(null=True)  # customers up to this id are worked out by the version that is being filled in
    proved_at = models.DateTimeField(null=True)
    proved_count = models.IntegerField(default=0)
    differing_count = models.IntegerField(default=0)

    class Meta:
        app_label = "customers"
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="trait_state_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
