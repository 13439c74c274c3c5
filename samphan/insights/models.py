"""What insights keep."""

from django.db import models

from samphan.platform.tenancy import WorkspaceModel


class QualitySnapshot(WorkspaceModel):
    """The quality of the customers' data in one week, of the whole workspace; the newest is what the page shows."""

    week = models.DateField()  # its Monday
    taken_at = models.DateTimeField()
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "week"], name="quality_once_a_week")]

    def __str__(self) -> str:
        return str(self.week)


class QualityRun(WorkspaceModel):
    """A count of a whole workspace that is under way: how far it came, and what it found so far.

    A count of a million customers is many short transactions; after a kill it goes on behind the last of them.
    """

    step = models.IntegerField(default=0)  # how many of the comparisons of everybody with everybody are done
    after = models.UUIDField(null=True)  # the last customer who was counted
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="quality_run_once")]

    def __str__(self) -> str:
        return f"{self.step} {self.after or ''}"


class CustomerProblem(WorkspaceModel):
    """A customer has a problem of `quality_problems`, as a job found it, or an act upon the customer since.

    Without a key to the customer: rows are found anew at any time, and hold nobody up who takes a customer away.
    """

    customer_id = models.UUIDField()
    problem = models.CharField(max_length=20)
    shared = models.CharField(max_length=700, blank=True, default="")  # what customers of one group have alike

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "problem", "shared", "customer_id"], name="customer_problem_once"
            )
        ]
        indexes = [
            models.Index("workspace", "customer_id", "problem", name="customer_problem_by_customer"),
            models.Index("workspace", "problem", "customer_id", name="customer_problem_by_problem"),
        ]

    def __str__(self) -> str:
        return f"{self.problem} {self.customer_id}"
