from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from samphan.platform.caching import forget_expired


@pytest.mark.django_db
def test_forgets_what_is_past_its_time_and_nothing_else() -> None:
    cache.set("soon", "1", timeout=60)
    cache.set("later", "2", timeout=3600)
    assert forget_expired(timezone.now()) == 0
    assert forget_expired(timezone.now() + timedelta(minutes=10)) == 1
    assert (cache.get("soon"), cache.get("later")) == (None, "2")
