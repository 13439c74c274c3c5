"""To the company's identity provider and back."""

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from samphan.administration.security import company_accounts
from samphan.platform.access import public


@public
@require_POST
@never_cache
def company_sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider, with state and a PKCE challenge."""
    return _answer(OAuth2LoginView, request, provider_id)


@public
@require_GET
@never_cache
def company_return(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the code that the provider gave, and sign its person in."""
    return _answer(OAuth2CallbackView, request, provider_id)


def _answer(view: type, request: HttpRequest, provider_id: str) -> HttpResponse:
    if not company_accounts.is_on():
        raise Http404
    try:
        answer: HttpResponse = view.adapter_view(company_accounts.StrictOpenIDConnect(request, provider_id))(request)  # type: ignore[attr-defined]
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (OAuth2Error, RequestException):
        # The provider is away, or is not the one that it should be.
        return company_accounts.did_not_work(request)
    return answer
