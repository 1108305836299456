import { buildDeadLetter } from '../../../src/adapters/kafka/consumer/dead-letter.ts';
import type { LogRecord as KeptRecord } from '../../../src/adapters/kafka/consumer/decode-delivery.ts';
import { runnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import type { CoreServices } from '../../../src/application/services/core-services.ts';
import type { ConsumerDeclaration, Delivery, Handled } from '../../../src/application/ports/consumer.ts';
import { Poison } from '../../../src/application/ports/faults.ts';
import { minuteMs } from '../../../src/domain/model/instant.ts';
import { typeFromHeader } from '../../../src/messages/catalogue.ts';
import type { BlockedStore } from './blocked-store.ts';
import type { Worker } from './worker.ts';
import type { LogRecord, SimulatedLog } from './message-log.ts';
import type { Rollout } from './rollout.ts';
import type { World } from './world.ts';

/** What all workers of one group share. */
export type Shared = {
  readonly world: World;
  readonly declaration: ConsumerDeclaration<CoreServices>;
  readonly log: SimulatedLog;
  readonly committed: number[];
  readonly isStalled: () => boolean;
  readonly blocked: BlockedStore;
  readonly rollout: Rollout;
};

/** Pauses are longer than in production: otherwise an outage of hours would take a million steps. */
export const settings = {
  ...runnerSettings,
  ...{ transientMaxPauseMs: minuteMs, resumeAfterMs: 5 * minuteMs, blockedRefreshMs: 10 * minuteMs },
};

/** The record in the shape in which the queue of its key keeps it. Its bytes are made only for a record that waits. */
export const toKept = ({ key, value, headers, offset, recordedAt }: LogRecord): KeptRecord => ({
  ...{ key: Buffer.from(key), headers, offset: String(offset), timestamp: String(recordedAt) },
  get value() {
    return Buffer.from(JSON.stringify(value));
  },
});

export const fromKept = (
  topic: string,
  partition: number,
  { key, value, headers, offset, timestamp }: KeptRecord,
): LogRecord => ({
  ...{ topic, partition, offset: Number(offset), key: key?.toString('utf8') ?? '' },
  recordedAt: Number(timestamp),
  headers: headers as LogRecord['headers'],
  value: JSON.parse(value?.toString('utf8') ?? 'null') as LogRecord['value'],
});

function toDelivery(record: LogRecord, headers: LogRecord['headers']): Delivery {
  const { topic, partition, offset, key, value, recordedAt } = record;
  const type = typeFromHeader(headers['ce_type']);
  const id = headers['ce_id'];
  if (type === null || id === undefined)
    throw new Poison('no_envelope', 'The headers lack ce_id or a ce_type of ours.');
  const trace = { correlationId: headers['ce_correlationid'] ?? id, causationId: headers['ce_causationid'] ?? null };
  return { topic, partition, offset: String(offset), recordedAt, key, headers, type, value, trace };
}

type RecordWork = {
  readonly handle: () => Promise<Handled>;
  readonly deadLetter: (poison: Poison) => Promise<void>;
};

/** How to handle a record, on its first delivery or after its release. */
export function workOn(
  { world, declaration, log, rollout }: Shared,
  { machine, services }: Worker,
  record: LogRecord,
): RecordWork {
  return {
    handle: async () => {
      const headers = rollout.read(machine, record.headers);
      const delivery = toDelivery(record, headers);
      log.lookUp(machine, `read ${headers['ce_type'] ?? ''}`);
      return declaration.handle(services, delivery);
    },
    deadLetter: async (poison) => {
      const { topic, partition } = record;
      const origin = { group: declaration.group, topic, partition, message: toKept(record) };
      const letter = buildDeadLetter(origin, poison, { cipher: services.cipher, clock: machine.clock });
      await log.publisherOf(machine).publish([letter], settings.deadLetterTimeoutMs);
      world.story.add(null, `${declaration.name}: a dead letter (${poison.code})`);
    },
  };
}
