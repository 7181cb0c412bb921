"""Addresses. Each app brings its own pages; the CMS tree is last and takes the rest."""

from csp.decorators import csp_replace
from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from volunteers.foundation import look
from volunteers.foundation.pages import public_page

from . import health

# Wagtail's editor calls inline scripts (STACK §6); the site itself stays strict.
_relaxed = csp_replace(
    {"script-src": ["'self'", "'unsafe-inline'"], "style-src": ["'self'", "'unsafe-inline'"]}
)

_entry = RedirectView.as_view(pattern_name="accounts:entry", query_string=True)

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("elder/", look.elder, name="elder"),
    path("accounts/", include("volunteers.accounts.urls")),
    path("cms/login/", _entry, name="cms_login"),
    path("_util/login/", _entry, name="util_login"),
    path("cms/", include(decorate_urlpatterns(list(wagtailadmin_urls.urlpatterns), _relaxed))),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}, name="media"),
    path("", include("volunteers.foundation.urls")),
    path("", include("events.activities.urls")),
    path("", include("events.service.urls")),
    path("", include("events.rota.urls")),
    path("", include("events.partnership.urls")),
    path("", include("volunteers.grants.urls")),
    path("", include("volunteers.notices.urls")),
    path("", include("portal.urls")),
    path("", include("desks.urls")),
    path("search/", include("search.urls")),
    path("", include(decorate_urlpatterns(list(wagtail_urls.urlpatterns), public_page("cms")))),
]
