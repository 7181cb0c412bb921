"""Addresses of this app."""

from django.urls import path

from .views import posting, public, reviewing, taking

app_name = "activities"
urlpatterns = [
    path("activities/", public.shift_list, name="list"),
    path("activities/<int:pk>/", public.detail, name="detail"),
    path("activities/<int:pk>/take/", taking.take, name="take"),
    path("activities/<int:pk>/done/", taking.done, name="done"),
    path("activities/signups/<int:pk>/leave/", taking.leave, name="leave"),
    path("activities/signups/<int:pk>/accept/", taking.accept, name="accept"),
    path("org/<slug:slug>/activities/", posting.activity_list, name="org_list"),
    path("org/<slug:slug>/activities/new/", posting.new, name="org_new"),
    path("org/<slug:slug>/activities/<int:pk>/edit/", posting.edit, name="org_edit"),
    path("org/<slug:slug>/activities/<int:pk>/cancel/", posting.cancel, name="org_cancel"),
    path("desk/activities/<int:pk>/", reviewing.review, name="review"),
]
