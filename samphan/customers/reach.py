"""Who sees what is known about a customer: everything follows the customer, in this domain and above."""

from django.apps import apps
from django.db.models import Q

from samphan.platform.access import Reach, Viewer

OWNED = "customers"
"""The entity whose reach decides who sees a customer and everything about them."""


def of_visible_customers(viewer: Viewer, path: str = "customer") -> Q:
    """The condition that the customer of a row lives and is one that the viewer sees.

    :param path: the foreign key to the customer.
    """
    if viewer.reach(OWNED) is Reach.ALL:
        return Q(**{f"{path}__deleted_at__isnull": True})
    return of_reached_customers(viewer, path)


def of_reached_customers(viewer: Viewer, path: str = "customer") -> Q:
    """The condition that a row is about a customer that the viewer sees; true for who reaches everybody's.

    Rows about nobody are for those only who reach everybody's.
    """
    if viewer.reach(OWNED) is Reach.ALL:
        return Q()
    # By its name, because the models themselves ask this.
    customers = apps.get_model("customers", "Customer")._default_manager
    return Q(**{f"{path}_id__in": customers.visible_to(viewer).values("pk")})
