import { finalizeDecision, type ChangeSet } from '../../domain/subscription/finalize-decision.ts';
import type { Context } from '../../domain/model/context.ts';
import type { Effect, Subject } from '../../domain/model/effect.ts';
import { firstSequence } from '../../domain/model/epoch.ts';
import { nextDue } from '../../domain/timers/next-due.ts';
import type { Decision } from '../../domain/decision/draft.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { buildEntry } from '../outbox/build-entry.ts';
import { alertOperators } from '../services/alert-operators.ts';
import type { CoreServices } from '../services/core-services.ts';
import { Fault } from '../ports/faults.ts';
import type { OutboxEntry } from '../ports/outbox.ts';
import type { Trace } from '../ports/message-factory.ts';
import { readSubscriber, type ReadOptions, type Saved } from './read-subscriber.ts';
import { trimSubscriber } from './trim-subscriber.ts';

/** Lost races in a row before the message is retried later; three are rare already. */
const savesMax = 12;

/** The result of a decision. The caller runs its effects. */
export type Changed =
  | {
      readonly kind: 'changed';
      readonly effects: readonly Effect[];
      readonly reserved: Subject | null;
      /** As just saved. The next change may start from it; its compare-and-set notices a change in between. */
      readonly saved: Saved;
    }
  | { readonly kind: 'ignored'; readonly reason: string; readonly effects: readonly [] };

/** `saved`: the document as loaded; null when there is none. */
export type Decide = (state: Subscriber, context: Context, saved: Saved | null) => Decision | Promise<Decision>;

/** The user whose document changes, and the trace of the message. */
export type About = { readonly userId: string; readonly trace: Trace };

async function save(
  services: CoreServices,
  loaded: Saved | null,
  changeSet: ChangeSet,
  about: { readonly context: Context; readonly trace: Trace },
): Promise<{ readonly subscriber: Subscriber; readonly outbox: readonly OutboxEntry[] } | null> {
  const expectedVersion = loaded?.version ?? 0;
  const { now, realNow, policy, epoch } = about.context;
  const { userId } = changeSet.state;
  const saveId = services.randomId();
  // A read model may hold rows of saves that a restored document has forgotten: those of the epoch replace them.
  const version = expectedVersion + 1 + (epoch === null ? 0 : firstSequence(epoch));
  const named = { userId, version, now, realNow, saveId };
  const entry = buildEntry(services.messageFactory, changeSet, named, about.trace);
  const outbox = [...(loaded?.outbox ?? []), ...(entry === null ? [] : [entry])];
  const subscriber = trimSubscriber(changeSet.state, outbox, policy);
  const announce = nextDue(subscriber, policy);
  const result = await services.store.save({ subscriber, expectedVersion, saveId, announce, entry });
  return result === 'saved' ? { subscriber, outbox } : null;
}

/**
 * The one way to change a subscriber: load, decide, save by compare-and-set, publish. After a lost race it loads and decides
 * again. The save publishes its outbox in the background.
 */
export async function changeSubscriber(
  services: CoreServices,
  about: About & ReadOptions,
  decide: Decide,
): Promise<Changed> {
  const { userId, trace, known, testClockId = null } = about;
  for (let tried = 0; tried < savesMax; tried += 1) {
    const {
      saved: loaded,
      state: before,
      context,
    } = await readSubscriber(services, userId, {
      testClockId,
      // After a lost race the document is loaded.
      known: tried === 0 ? (known ?? null) : null,
    });
    const decision = await decide(before, context, loaded);
    if (decision.kind === 'ignored') return { ...decision, effects: [] };
    const changeSet = finalizeDecision(before, decision.events, context);
    if (changeSet.events.length === 0) return { kind: 'ignored', reason: 'nothing to change', effects: [] };
    const saved = await save(services, loaded, changeSet, { context, trace });
    if (saved === null) continue;
    const published = services.relay.publish(userId, saved.outbox);
    services.background.track(published);
    const events = changeSet.events.map(({ event }) => event);
    services.meter.saved(events, context.now);
    alertOperators(services.log, userId, events);
    const { effects, reserved } = decision;
    return { kind: 'changed', effects, reserved, saved: { ...saved, version: (loaded?.version ?? 0) + 1 } };
  }
  throw new Fault('contention', `subscriber changed ${savesMax} times while one decision was made`, {
    retryable: true,
  });
}
