"""What auth, notifications or films do with our events, in Python: read, decode by the registry, keep access up to date.

python3 -m pip install --target /tmp/kafka-python kafka-python==2.2.15
PYTHONPATH=/tmp/kafka-python python3 docs/examples/read_events.py
"""

import json
import os
import struct
import urllib.request

from kafka import KafkaConsumer

BROKERS = os.environ.get("KAFKA_BROKERS", "127.0.0.1:19092").split(",")
REGISTRY = os.environ.get("SCHEMA_REGISTRY_URL", "http://127.0.0.1:18082/apis/ccompat/v7")

schemas: dict[int, dict] = {}
last_sequence: dict[str, int] = {}


def schema(schema_id: int) -> dict:
    """The writer's schema, by the id in the message; hand it to any JSON Schema validator."""
    if schema_id not in schemas:
        with urllib.request.urlopen(f"{REGISTRY}/schemas/ids/{schema_id}", timeout=5) as answer:
            schemas[schema_id] = json.loads(json.load(answer)["schema"])
    return schemas[schema_id]


consumer = KafkaConsumer(
    "billing.entitlements.v1",
    bootstrap_servers=BROKERS,
    group_id="films-python",
    auto_offset_reset="earliest",
    consumer_timeout_ms=int(os.environ.get("STOP_AFTER_MS", "0")) or float("inf"),
)
for message in consumer:
    # A record without a number is none of ours; a header may have no value.
    number = dict(message.headers).get("ce_sequence") or b"0"
    user_id = (message.key or b"").decode(errors="replace")
    if not number.isdigit() or int(number) <= last_sequence.get(user_id, 0):
        continue
    # What does not begin as the registry's messages do is none of ours either.
    if message.value is not None and (message.value[:1] != b"\0" or len(message.value) < 5):
        continue
    last_sequence[user_id] = int(number)
    if message.value is None:
        print(f"{user_id} was erased", flush=True)
        continue
    _, schema_id = struct.unpack(">bI", message.value[:5])
    access = json.loads(message.value[5:])
    assert set(access) <= set(schema(schema_id)["properties"]), "unknown field"
    print(f"{user_id} may {'watch until ' + access['validUntil'] if access['active'] else 'not watch'}", flush=True)
