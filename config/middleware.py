"""What every request gets: one log line, the content policy, the chosen language."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_supported_language_variant

Next = Callable[[HttpRequest], HttpResponse]
log = structlog.stdlib.get_logger("request")


class RequestLogMiddleware:
    """One line per request: the route, never the query, the body or a person."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        log.info(
            "request",
            method=request.method,
            route=match.route if match else "(none)",
            ids=match.kwargs if match else {},
            status=response.status_code,
            ms=round((time.perf_counter() - started) * 1000),
            user=getattr(getattr(request, "user", None), "pk", None),
        )
        return response


class ContentPolicyMiddleware:
    """Only our own scripts and styles run, and none that stand inside a page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.policy = "; ".join(
            f"{name} {value}" for name, value in settings.CONTENT_POLICY.items()
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


class ChosenLanguageMiddleware:
    """Vietnamese, unless the person chose another language.

    Django's own middleware asks the browser, and many ward computers have an English one.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        try:
            language = get_supported_language_variant(chosen)
        except LookupError:
            language = settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
