"""What a person sees when a rule or a limit says no and no view has said it nicer."""

from collections.abc import Callable

from allauth.core.exceptions import RateLimited
from allauth.core.internal.ratelimit import respond_429
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from volunteers.foundation.errors import Refusal


class RefusalMiddleware:
    """Turns an uncaught Refusal into our page (409) and allauth's uncaught limit into a 429."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """409 with the rule's own sentence, 429 for a rate limit, None for anything else."""
        if isinstance(exception, Refusal):
            return render(request, "refused.html", {"refusal": exception}, status=409)
        if isinstance(exception, RateLimited):
            return respond_429(request)
        return None
