import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import type { Outside } from './outside.ts';
import type { Witness } from './witness.ts';

/** The process that made the save knows that it is there, so it must call a person to each of its alarms. */
export function noteAlarms({ alarms }: Witness, { subscriber: { userId }, entry }: SubscriberSave): void {
  for (const { headers, value } of entry?.messages ?? []) {
    if (headers['ce_type']?.includes('invariant.violated') !== true) continue;
    const alarm = `${String(value?.['rule'])} ${String(value?.['subjectId'])}`;
    alarms.set(alarm, { userId, count: (alarms.get(alarm)?.count ?? 0) + 1 });
  }
}

/**
 * 20: what only a person can end has an error line, or no operator is called. A process that dies before the answer to its save, or
 * does not get one, may not know that it has saved: of those alarms only the published fact tells.
 */
export function checkErrorLines({ world, witness }: Pick<Outside, 'world' | 'witness'>): void {
  for (const [alarm, { userId, count }] of witness.alarms) {
    const lines = world.alarms.get(alarm) ?? 0;
    if (lines >= count) continue;
    world.breach('20: an alarm calls a person', userId, `${alarm}: ${count} saves, ${lines} error lines`);
  }
}
