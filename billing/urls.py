"""Pages of money."""

from __future__ import annotations

from django.urls import path

from billing.views import bill, statement, till

app_name = "billing"
urlpatterns = [
    path("", till.cashier, name="cashier"),
    path("thu/<int:pk>/", till.till, name="till"),
    path("thu/<int:pk>/<slug:kind>/", till.money_move, name="money-move"),
    path("bien-lai/<slug:kind>/<int:pk>/huy/", till.receipt_cancel_view, name="receipt-cancel"),
    path("luot-kham/<int:pk>/", bill.encounter_bill, name="encounter-bill"),
    path("luot-kham/<int:pk>/bang-ke/", statement.statement, name="statement"),
    path("luot-kham/<int:pk>/phieu-thu/", statement.payment_request, name="payment-request"),
    path("bien-lai/<slug:kind>/<int:pk>/", statement.receipt, name="receipt"),
]
