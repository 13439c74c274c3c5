"""Ways in that the tests of insights share."""

from samphan.administration.tests.conftest import client_of

__all__ = ["client_of"]
