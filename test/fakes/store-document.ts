import type { StoredSubscriber, SubscriberSave } from '../../src/application/ports/subscriber-store.ts';
import { type Due, type NextDue, timerId } from '../../src/domain/timers/index.ts';

/** What the fake stores per user; replaced as a whole, never changed in place. */
export type StoreDocument = StoredSubscriber & { readonly lastSaveId: string };
export type StoreDocuments = Map<string, StoreDocument>;

const sameDue = (a: Due | null, b: Due | null): boolean =>
  a === null || b === null ? a === b : a.at === b.at && timerId(a.timer) === timerId(b.timer);

export const sameAnnouncement = (a: NextDue, b: NextDue): boolean =>
  sameDue(a.business, b.business) && sameDue(a.real, b.real);

/** The document after the save. A timer that is still the next one keeps its claim, or it would be announced in a hot loop. */
export function documentAfter(before: StoreDocument | undefined, save: SubscriberSave): StoreDocument {
  const claim =
    before !== undefined && sameAnnouncement(before.announce, save.announce)
      ? { notBefore: before.announce.notBefore, tries: before.announce.tries }
      : { notBefore: null, tries: 0 };
  const { business, real } = save.announce;
  return structuredClone({
    subscriber: save.subscriber,
    version: save.expectedVersion + 1,
    lastSaveId: save.saveId,
    announce: { business, real, ...claim },
    outbox: [...(before?.outbox ?? []), ...(save.entry === null ? [] : [save.entry])],
  });
}
