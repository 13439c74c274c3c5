"""Addresses of the tokens of the API."""

from django.urls import path

from samphan.administration.views import tokens

urlpatterns = [
    path("", tokens.api_tokens, name="api-tokens"),
    path("new/", tokens.new_api_token, name="new-api-token"),
    path("<uuid:token_id>/revocation/", tokens.api_token_revocation, name="api-token-revocation"),
]
