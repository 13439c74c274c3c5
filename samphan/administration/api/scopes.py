"""What asks for no permission of its own still needs the scope to write where a token is narrowed."""

from django.core.exceptions import PermissionDenied

from samphan.administration.middleware import MemberRequest


def require_scope(request: MemberRequest, domain: str) -> None:
    """Refuse a token that was narrowed to scopes among which there is no writing in this domain.

    :raises PermissionDenied: with the scope that is missing.
    """
    granted = request.member.narrowed_to
    if granted is not None and f"{domain}.write" not in granted:
        raise PermissionDenied(f"{domain}.write")
