"""Whether the work behind the pages goes on: shown, alarmed, and mended by administrators."""

from samphan.administration.health.checks import Finding, declare

__all__ = ["Finding", "declare"]
