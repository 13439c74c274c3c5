"""Customers of the coffee roaster, for the tests of work."""

from samphan.customers.tests.conftest import make_customer, prae

__all__ = ["make_customer", "prae"]
