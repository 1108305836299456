"""Sends records as a client of others does: any header, any codec, transactions. A JSON list on standard input, offsets out."""

import base64
import json
import os
import sys
import uuid

from confluent_kafka import Producer

producers = {}


def producer(codec):
    if codec not in producers:
        producers[codec] = Producer({"bootstrap.servers": os.environ["KAFKA_BROKERS"], "compression.type": codec})
    return producers[codec]


def transaction():
    started = Producer({"bootstrap.servers": os.environ["KAFKA_BROKERS"], "transactional.id": str(uuid.uuid4())})
    started.init_transactions(30)
    started.begin_transaction()
    return started


def unpacked(text):
    return None if text is None else base64.b64decode(text)


def send(by, record):
    """Returns the offset, once the broker has acknowledged the record."""
    acknowledged = []
    by.produce(
        record["topic"],
        partition=record["partition"],
        key=unpacked(record["key"]),
        value=unpacked(record["value"]),
        headers=[(name, unpacked(value)) for name, value in record["headers"]],
        timestamp=record["timestamp"],
        on_delivery=lambda error, message: acknowledged.append(error or message.offset()),
    )
    by.flush(30)
    (answer,) = acknowledged
    if not isinstance(answer, int):
        raise SystemExit(str(answer))
    return answer


def sent(record):
    end = record["transaction"]
    by = producer(record["codec"]) if end is None else transaction()
    offset = send(by, record)
    if end == "commit":
        by.commit_transaction(30)
    if end == "abort":
        by.abort_transaction(30)
    return offset


print(json.dumps([sent(record) for record in json.load(sys.stdin)]))
