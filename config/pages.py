"""Pages of no single app: the way in, the first page of a role, the examples of the design."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from config.demo.province import PASSWORD, demo_logins
from config.design_examples import design_examples
from config.login import LoginForm
from config.navigation import home_url
from hospital.access import DeskRequest, role_required
from hospital.selectors.facilities import facilities_of


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead each role to where its day begins; say so when an account has no role here."""
    url = home_url(getattr(request, "roles", frozenset()))
    return redirect(url) if url else render(request, "home.html")


@require_safe
@role_required()
def facilities(request: DeskRequest) -> HttpResponse:
    """Show the facilities at which the account has a role, to go on working at another."""
    return render(request, "facilities.html", {"facilities": facilities_of(request.user)})


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Show every component with invented content, and the line that includes it."""
    return render(request, "design.html", design_examples(request.GET))


class Login(LoginView):
    """The way in; a demo shows one account per role."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if settings.DEMO:
            context |= {"demo_logins": demo_logins(), "demo_password": PASSWORD}
        return context
