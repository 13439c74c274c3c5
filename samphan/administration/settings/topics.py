"""The topics of administration itself."""

from samphan.administration import deleted, import_retention
from samphan.administration.settings import holidays, hours, numbering, profile, region, retention, sign_in_rules, store


def declare_own() -> None:
    """Make them known."""
    store.declare(profile.COMPANY)
    store.declare(region.REGION)
    store.declare(sign_in_rules.RULES)
    store.declare(holidays.HOLIDAYS)
    store.declare(hours.HOURS)
    store.declare(numbering.NUMBERING)
    retention.register_own()
    deleted.register()
    import_retention.register()
