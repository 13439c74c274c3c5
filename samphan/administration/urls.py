"""Addresses of sign-in, settings and people."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from samphan.administration.views import changes, exports, guide, home, people, search, settings, sign_in, teams, trail

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("start/", guide.guide_page, name="guide"),
    path("start/closing/", guide.guide_closing, name="guide-closing"),
    path("start/samples/<slug:kind_name>/", guide.sample_import, name="guide-sample"),
    path("workspaces/<uuid:workspace_id>/entry/", home.workspace_entry, name="workspace-entry"),
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-out/", sign_in.sign_out, name="account_logout"),
    path("password/", sign_in.password_change, name="account_change_password"),
    path("password/forgotten/", sign_in.password_forgotten, name="account_reset_password"),
    path("password/forgotten/sent/", sign_in.password_link_sent, name="account_reset_password_done"),
    path("password/new/done/", sign_in.new_password_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.new_password,
        name="account_reset_password_from_key",
    ),
    path("settings/", settings.preferences, name="preferences"),
    path("settings/company/", settings.company, name="company"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/new/", people.new_person, name="new-person"),
    path("settings/people/<uuid:member_id>/", people.person, name="person"),
    path("settings/people/<uuid:member_id>/closure/", people.person_closure, name="person-closure"),
    path("settings/people/<uuid:member_id>/opening/", people.person_opening, name="person-opening"),
    path("settings/people/<uuid:member_id>/password-link/", people.person_password_link, name="person-password-link"),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/new/", teams.new_team, name="new-team"),
    path("settings/teams/<uuid:team_id>/", teams.team, name="team"),
    path("settings/audit/", trail.audit_trail, name="audit-trail"),
    path("changes/<uuid:changeset_id>/undo/", changes.change_undo, name="change-undo"),
    path("imports/", include("samphan.administration.import_urls")),
    path("notifications/", include("samphan.administration.notifications.urls")),
    path("search/", search.search_page, name="search"),
    path("search/palette/", search.search_palette, name="search-palette"),
    path("export/customers/", exports.list_export, {"entity_name": "customers"}, name="customer-export"),
    path("export/<slug:entity_name>/", exports.list_export, name="list-export"),
]
