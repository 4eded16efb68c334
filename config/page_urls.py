from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from config import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("design/", pages.design, name="design"),
    path("co-so/", pages.facilities, name="facilities"),
    path("dang-nhap/", pages.Login.as_view(), name="login"),
    path("dang-xuat/", LogoutView.as_view(), name="logout"),
]
