"""Load and remove the demo companies."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from samphan.administration.models import Workspace
from samphan.runtime.demo import company, large, samples, staff
from samphan.runtime.demo.removal import remove_workspace

Say = Callable[[str], None]


def load(customers: int | None = None, say: Say = lambda _text: None, *, today: date | None = None) -> dict[str, Any]:
    """Load the demo company, or a company of so many customers; one that is here already is left as it is.

    :param customers: None for the demo company (workspace `demo`), else the size of the large one (workspace `large`).
    :param today: the day up to which orders go; default: now.
    :returns: what is there: workspace, counts, `loaded` (False when it was here before), and who may sign in.
    """
    now = company.end_of_day(today) if today else datetime.now(UTC)
    slug = company.SLUG if customers is None else large.SLUG
    known = Workspace.objects.filter(slug=slug).first()
    if known is not None and (customers is None or large.is_complete(known)):
        say(f"The company {known.name} is here already (workspace {slug}).")
        loaded = {"workspace": slug, "loaded": False}
    else:
        if known is not None:
            say("The large company was left half made; it is made anew.")
            remove_workspace(known)
        made = company.load_company(now, say) if customers is None else large.load_large(customers, now, say)
        loaded = {**made, "loaded": True}
    files = samples.write_samples(now)
    for path in files:
        say(f"To try an import, drop {path} on the import page.")
    staff.show_sign_in(say)
    return {**loaded, "email": staff.OWNER.email, "password": staff.PASSWORD, "samples": [str(path) for path in files]}


def remove() -> bool:
    """Remove every demo company with everything in it; False when there was none."""
    found = list(Workspace.objects.filter(is_demo=True))
    for workspace in found:
        remove_workspace(workspace)
    samples.remove_samples()
    return bool(found)
