import { holdUnrecalled } from '../../domain/payment/hold-unrecalled.ts';
import { changeSubscriber } from '../change/change-subscriber.ts';
import type { Unrecalled } from '../ports/epochs.ts';
import { Fault, isRetryable } from '../ports/faults.ts';
import type { CoreServices } from '../services/core-services.ts';

/** Beyond it the program or the backup is at fault, and not single documents: nothing may start then. It also bounds the row of the restore. */
const unrecalledMax = 1_000;

/** What could not be recalled, and more of it. */
export function withMore(known: readonly Unrecalled[], more: readonly Unrecalled[]): readonly Unrecalled[] {
  const all = [...known, ...more];
  if (all.length <= unrecalledMax) return all;
  const message = `More than ${unrecalledMax} payments, refunds or subscribers could not be brought together. Report the error lines, and run the same command again once that is corrected.`;
  throw new Fault('too_many_unrecalled', message, { retryable: false });
}

/**
 * Does the work for one subscriber. What fails by itself is named in an error line, or one document that cannot be read would keep
 * every process from starting. A retryable fault is thrown: the command is run again, and goes on there.
 */
export async function tryFor<Result>(
  { log }: Pick<CoreServices, 'log'>,
  { userId, object, id }: Unrecalled,
  work: () => Promise<Result>,
): Promise<Result | 'failed'> {
  try {
    return await work();
  } catch (cause) {
    if (isRetryable(cause)) throw cause;
    const detail = 'report the error, and follow "What is named" of docs/disaster.md';
    log.error('a restored subscriber cannot be recalled', { userId, objectType: object, objectId: id, detail }, cause);
    return 'failed';
  }
}

/** Holds the subscriptions of all of whom something could not be recalled. Returns the users whose document does not even take that. */
export async function holdAll(services: CoreServices, unrecalled: readonly Unrecalled[]): Promise<readonly string[]> {
  const unheld: string[] = [];
  for (const [userId, [first]] of Map.groupBy(unrecalled, (one) => one.userId)) {
    if (first === undefined) continue;
    const trace = { correlationId: services.randomId(), causationId: first.id };
    const held = await tryFor(services, { userId, object: null, id: null }, () =>
      changeSubscriber(services, { userId, trace }, (state, context) =>
        holdUnrecalled(state, first.id ?? userId, context),
      ),
    );
    if (held === 'failed') unheld.push(userId);
  }
  return unheld;
}
