"""The bare views that the product's figures are divided by."""

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from .models import Audit, Person, Session, Shift, SignUp


class _NoPlace(Exception):
    """The guarded UPDATE found nothing to take."""


def sign_up(request: HttpRequest) -> HttpResponse:
    """ "full" of the performance study: two small reads, then insert sign-up, insert audit row,
    and the guarded UPDATE last, by the ORM; seven statements with BEGIN and COMMIT."""
    session = Session.objects.get(key=request.COOKIES["sessionid"])
    person = Person.objects.get(pk=session.person_id)
    shift_id = int(request.POST["shift"])
    try:
        with transaction.atomic():
            row = SignUp.objects.create(shift_id=shift_id, person=person)
            Audit.objects.create(person_id=person.pk, verb="sign_up", subject=f"sign_up:{row.pk}")
            rows = Shift.objects.filter(pk=shift_id, taken__lt=F("capacity"))
            if not rows.update(taken=F("taken") + 1):
                raise _NoPlace
    except _NoPlace:
        return JsonResponse({"full": True}, status=409)
    return JsonResponse({"sign_up": row.pk})


def page(request: HttpRequest) -> HttpResponse:
    """A body of `bytes` bytes, as long as the product's page that it is compared with."""
    return HttpResponse("x" * int(request.GET["bytes"]))


urlpatterns = [path("bench/sign-up/", sign_up), path("bench/page/", page)]
