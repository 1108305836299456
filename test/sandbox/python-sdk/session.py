"""A day of a shop, through the provider's own library; prints what the library parsed, as one JSON object."""
import json
import sys
import urllib.request

from yookassa import Configuration, Payment, PaymentMethod, Refund, Settings
from yookassa.domain.exceptions import BadRequestError, NotFoundError, UnauthorizedError
from yookassa.domain.notification import WebhookNotificationFactory

BASE = sys.argv[1]
MONTH = {"value": "299.00", "currency": "RUB"}
BACK = {"type": "redirect", "return_url": "http://shop.test/back"}
seen = {}


def control(path, body):
    request = urllib.request.Request(f"{BASE}/_sandbox/{path}", json.dumps(body).encode())
    return json.load(urllib.request.urlopen(request))


def refused(call):
    try:
        call()
    except (BadRequestError, NotFoundError, UnauthorizedError) as error:
        return [type(error).__name__, error.content["code"], error.content.get("parameter")]
    return None


Configuration.configure("100500", "test_sandbox", api_url=f"{BASE}/v3")
me = Settings.get_account_settings()
seen["shop"] = [me["account_id"], me["test"], me["payment_methods"]]

order = {"amount": MONTH, "capture": True, "save_payment_method": True, "confirmation": BACK,
         "description": "Month 1", "metadata": {"user_id": "42"}}
created = Payment.create(order, "sdk-first")
seen["created"] = [created.status, created.test, created.paid, created.metadata["user_id"],
                   created.confirmation.confirmation_url == f"{BASE}/checkout/{created.id}"]
seen["replayed"] = Payment.create(order, "sdk-first").id == created.id
control(f"payments/{created.id}/pay", {"card": "5555555555554642"})
paid = Payment.find_one(created.id)
seen["paid"] = [paid.status, paid.income_amount.value, paid.payment_method.saved, paid.payment_method.status,
                paid.payment_method.card.last4, paid.refundable]
seen["notified"] = WebhookNotificationFactory().create(
    {"type": "notification", "event": "payment.succeeded", "object": dict(paid)}).object.id == paid.id

declined = Payment.create({"amount": MONTH, "capture": True, "payment_method_id": paid.id}, "sdk-second")
seen["declined"] = [declined.status, declined.cancellation_details.party, declined.cancellation_details.reason,
                    declined.payment_method.saved]

refund = Refund.create({"payment_id": paid.id, "amount": {"value": "100.00", "currency": "RUB"}}, "sdk-refund")
seen["refunded"] = [refund.status, refund.amount.value, Refund.find_one(refund.id).id == refund.id,
                    [one.id == refund.id for one in Refund.list({"payment_id": paid.id}).items],
                    Payment.find_one(paid.id).refunded_amount.value]

page = Payment.list({"limit": 1})
rest = Payment.list({"limit": 1, "cursor": page.next_cursor})
seen["listed"] = [page.items[0].id == declined.id, rest.items[0].id == paid.id, rest.next_cursor]

hold = {"amount": MONTH, "confirmation": BACK}
for name, end in (("captured", lambda one: Payment.capture(one, {"amount": {"value": "10.00", "currency": "RUB"}})),
                  ("canceled", Payment.cancel)):
    held = Payment.create(hold)
    control(f"payments/{held.id}/pay", {"card": "4111111111111111"})
    seen[name] = [Payment.find_one(held.id).status, end(held.id).status]

bound = PaymentMethod.create({"type": "bank_card", "confirmation": BACK}, "sdk-bind")
control(f"payments/{bound.id}/pay", {"card": "2202474301322987"})
seen["bound"] = [bound.status, PaymentMethod.find_one(bound.id).status]
linked = PaymentMethod.create({"type": "sbp", "confirmation": {"type": "qr"}}, "sdk-link")
control(f"payment-methods/{linked.id}/bind", {"result": "active"})
seen["linked"] = [linked.status, PaymentMethod.find_one(linked.id).status]

seen["refusals"] = [
    refused(lambda: Payment.create({"amount": {"value": "0.10", "currency": "RUB"}, "confirmation": BACK})),
    refused(lambda: Payment.create({**order, "capture": False}, "sdk-first")),
    refused(lambda: Payment.find_one("216749f7-0016-50be-b000-078d43a63ae4")),
]
Configuration.configure("100500", "test_wrong", api_url=f"{BASE}/v3")
seen["refusals"].append(refused(lambda: Payment.find_one(created.id)))
print(json.dumps(seen, default=str))
