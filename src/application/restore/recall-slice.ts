import type { ProviderObject } from '../../domain/model/provider.ts';
import { decideRecalled } from '../../domain/payment/decide-recalled.ts';
import type { Past } from '../../domain/reconciliation/find-difference.ts';
import { changeSubscriber } from '../change/change-subscriber.ts';
import type { Saved } from '../change/read-subscriber.ts';
import type { Unrecalled } from '../ports/epochs.ts';
import { Fault } from '../ports/faults.ts';
import type { CoreServices } from '../services/core-services.ts';
import { findPast } from '../services/find-past.ts';
import { type Slice, tooManyPages, type Unavailable } from '../reconciliation/compare-slice.ts';
import { tryFor } from './unrecalled.ts';

/** 20,000 objects, which wait in memory to be sorted. A slice that has more is read in shorter ones. */
const pagesMax = 200;

export type RecalledSlice = {
  readonly kind: 'read';
  readonly pages: number;
  /** Objects with our names. */
  readonly objects: number;
  /** How many of them changed a document. */
  readonly changed: number;
  /** Objects that our adapter could not read. */
  readonly unreadable: readonly string[];
  /** Objects that could not be brought to their documents. */
  readonly unrecalled: readonly Unrecalled[];
};

/** A stretch of time of one of the provider's two lists. */
export type ListSlice = Slice & Pick<ProviderObject, 'object'>;
type List = { readonly objects: ProviderObject[]; readonly unreadable: string[]; pages: number };

async function readList(services: CoreServices, slice: ListSlice, list: List) {
  const correlationId = services.randomId();
  let cursor: string | null = null;
  do {
    if (list.pages === pagesMax) return { kind: 'unavailable', reason: tooManyPages } as const;
    const page = await services.providerList.page(slice, cursor, correlationId);
    if (page.kind === 'unavailable') return page;
    list.objects.push(...page.objects);
    list.unreadable.push(...page.unreadable);
    list.pages += 1;
    cursor = page.nextCursor;
  } while (cursor !== null);
  return null;
}

/** What the read models know of a payment that was closed before the backup, once they are as new as the document. */
async function knownAs(services: CoreServices, object: ProviderObject, saved: Saved | null): Promise<Past> {
  if (saved === null || object.object !== 'payment') return { payment: null, refunds: [] };
  const { subscriber, outbox } = saved;
  if (outbox.length > 0 && !(await services.relay.publish(subscriber.userId, outbox))) {
    // Where only the outbox of this user cannot be published, waiting does not end it.
    const retryable = !services.relay.paused().includes(subscriber.userId);
    throw new Fault('outbox_waits', 'The outbox of a restored document could not be published.', { retryable });
  }
  return findPast(services, { userId: subscriber.userId, paymentId: object.metadata.paymentId }, object);
}

/**
 * Brings what the provider has of a slice to its documents, in the sequence in which it was made: a period before the next
 * one. A slice that is read twice changes nothing. A subscriber of whom one object could not be recalled is passed over from then on,
 * because a later object without it could give money back twice, or pay for a period too late.
 */
export async function recallSlice(
  services: CoreServices,
  slice: ListSlice,
  known: readonly Unrecalled[],
): Promise<RecalledSlice | Unavailable> {
  const list: List = { objects: [], unreadable: [], pages: 0 };
  const unavailable = await readList(services, slice, list);
  if (unavailable !== null) return unavailable;
  const ours = list.objects.toSorted((a, b) => a.createdAt - b.createdAt);
  const passedOver = new Set(known.map(({ userId }) => userId));
  const unrecalled: Unrecalled[] = [];
  let [objects, changed] = [0, 0];
  for (const object of ours) {
    const { userId } = object.metadata;
    if (userId === null) continue;
    objects += 1;
    const named = { userId, object: object.object, id: object.id };
    const trace = { correlationId: services.randomId(), causationId: object.id };
    const result = passedOver.has(userId)
      ? 'failed'
      : await tryFor(services, named, () =>
          changeSubscriber(services, { userId, trace }, async (state, context, saved) =>
            decideRecalled(state, object, await knownAs(services, object, saved), context),
          ),
        );
    if (result === 'failed') {
      passedOver.add(userId);
      unrecalled.push(named);
    } else if (result.kind === 'changed') changed += 1;
  }
  return { kind: 'read', pages: list.pages, objects, changed, unreadable: list.unreadable, unrecalled };
}
