import type { Difference } from '../../domain/model/difference.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { ProviderObject, ProviderPayment, ProviderRefund } from '../../domain/model/provider.ts';
import { findDifference } from '../../domain/reconciliation/find-difference.ts';
import type { CoreServices } from '../services/core-services.ts';
import type { Owner } from '../services/find-past.ts';
import { isRetryable } from '../ports/faults.ts';
import { eachApart, type NotCompared } from './not-compared.ts';

/** An object about which the read models and the provider's list differ. `owner` is null where it names no user of ours. */
export type Candidate = {
  readonly object: ProviderObject;
  readonly owner: Owner | null;
  readonly difference: Difference;
};

const given = (values: readonly (string | null)[]): readonly string[] =>
  values.filter((value): value is string => value !== null);

async function amongPayments(
  { books }: Pick<CoreServices, 'books'>,
  payments: readonly ProviderPayment[],
  now: Instant,
): Promise<readonly Candidate[]> {
  const ids = given(payments.map(({ metadata }) => metadata.paymentId));
  const rows = new Map((await books.findPayments({ ids, providerIds: [] })).map((row) => [row.paymentId, row]));
  return payments.flatMap((object) => {
    const { userId, paymentId } = object.metadata;
    const row = rows.get(paymentId ?? '');
    const payment = row?.userId === userId ? row : null;
    const difference = findDifference(null, { payment: payment ?? null, refunds: [] }, object, now);
    const owner = userId === null ? null : { userId, paymentId };
    return difference === null ? [] : [{ object, owner, difference }];
  });
}

async function amongRefunds(
  { books }: Pick<CoreServices, 'books'>,
  refunds: readonly ProviderRefund[],
  now: Instant,
): Promise<readonly Candidate[]> {
  const nameless = refunds.filter(({ metadata }) => metadata.paymentId === null);
  // The row of a payment that succeeded after it was closed has no name of the provider. Its refund has it.
  const siblings = await books.findRefunds({
    ...{ providerIds: [], paymentIds: [] },
    providerPaymentIds: nameless.map(({ providerPaymentId }) => providerPaymentId),
  });
  const paid = await books.findPayments({
    ids: given([...refunds.map(({ metadata }) => metadata.paymentId), ...siblings.map(({ paymentId }) => paymentId)]),
    providerIds: refunds.map(({ providerPaymentId }) => providerPaymentId),
  });
  const known = await books.findRefunds({
    providerIds: refunds.map(({ id }) => id),
    paymentIds: paid.map(({ paymentId }) => paymentId),
  });
  return refunds.flatMap((object) => {
    const isOfObject = (one: { readonly providerPaymentId: string | null }): boolean =>
      one.providerPaymentId === object.providerPaymentId;
    const sibling = siblings.find(isOfObject);
    const payment = paid.find((one) => isOfObject(one) || one.paymentId === sibling?.paymentId) ?? null;
    const userId = object.metadata.userId ?? payment?.userId ?? null;
    const paymentId = object.metadata.paymentId ?? payment?.paymentId ?? null;
    const past = { payment, refunds: known.filter((refund) => refund.userId === userId) };
    const difference = findDifference(null, past, object, now);
    const owner = userId === null ? null : { userId, paymentId };
    return difference === null ? [] : [{ object, owner, difference }];
  });
}

function among(
  services: Pick<CoreServices, 'books'>,
  objects: readonly ProviderObject[],
  now: Instant,
): Promise<readonly Candidate[]> {
  const payments = objects.filter((object) => object.object === 'payment');
  const refunds = objects.filter((object) => object.object === 'refund');
  return payments.length > 0 ? amongPayments(services, payments, now) : amongRefunds(services, refunds, now);
}

type Candidates = { readonly candidates: readonly Candidate[]; readonly notCompared: readonly NotCompared[] };

/**
 * The objects of a page that differ from the read models, in two to four queries whatever the page holds. Where one of them fails the
 * page, such as by a row that cannot be read, each is compared alone.
 */
export async function findCandidates(
  services: Pick<CoreServices, 'books'>,
  objects: readonly ProviderObject[],
  now: Instant,
): Promise<Candidates> {
  try {
    return { candidates: await among(services, objects, now), notCompared: [] };
  } catch (error) {
    if (isRetryable(error)) throw error;
  }
  const { results, notCompared } = await eachApart(
    objects,
    ({ object, id, metadata }) => ({ subject: { object, id }, userId: metadata.userId }),
    (object) => among(services, [object], now),
  );
  return { candidates: results.flat(), notCompared };
}
