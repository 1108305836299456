import { type Check, type Evidence, keptMinor, type PastPayment, type ProviderObject } from './evidence.ts';

/** The provider's state of a payment → the states that ours may have. */
const agreeing: Readonly<Record<string, readonly string[]>> = {
  succeeded: ['succeeded'],
  canceled: ['failed'],
  pending: ['requires_action', 'pending', 'unknown'],
  waiting_for_capture: ['pending', 'unknown'],
};

const paymentsOf = ({ provider }: Evidence): readonly ProviderObject[] =>
  provider.filter(({ kind }) => kind === 'payment');

function compare(object: ProviderObject, ours: PastPayment | undefined): readonly string[] {
  const name = `provider payment ${object.id} (ours ${object.ourPaymentId}, user ${object.userId})`;
  if (ours === undefined) return [`${name}, ${object.status}, is in no read model`];
  const wrong: string[] = [];
  if (!(agreeing[object.status] ?? []).includes(ours.state))
    wrong.push(`${name} is ${object.status} there and ${ours.state} here`);
  if (ours.state !== 'unknown' && ours.providerPaymentId !== object.id)
    wrong.push(`${name} is known here as ${String(ours.providerPaymentId)}`);
  if (ours.amountMinor !== object.amountMinor)
    wrong.push(`${name} is over ${object.amountMinor} there and ${ours.amountMinor} here`);
  return wrong;
}

/** One to one in both directions: every payment of the provider is known to us, and the reverse, and none is there twice. */
export const paymentsMatch: Check = (evidence) => {
  const ours = new Map(evidence.payments.map((payment) => [payment.id, payment]));
  const theirs = Map.groupBy(paymentsOf(evidence), ({ ourPaymentId }) => ourPaymentId);
  const there = [...theirs].flatMap(([id, objects]) => [
    ...(objects.length > 1 ? [`payment ${id} was made ${objects.length} times at the provider`] : []),
    ...objects.flatMap((object) => compare(object, ours.get(id))),
  ]);
  const here = evidence.payments.flatMap(({ id, state, userId }) =>
    (state === 'succeeded' || state === 'failed') && !theirs.has(id)
      ? [`payment ${id} of ${userId} is ${state} here and not at the provider`]
      : [],
  );
  return [...there, ...here];
};

export const refundsMatch: Check = ({ provider, refunds }) => {
  const done = refunds.filter(({ state }) => state === 'succeeded');
  const ours = new Map(done.map((refund) => [refund.providerRefundId, refund]));
  const theirs = provider.filter(({ kind, status }) => kind === 'refund' && status === 'succeeded');
  const known = new Set(theirs.map(({ id }) => id));
  return [
    ...theirs.flatMap(({ id, ofPayment, amountMinor }) =>
      ours.get(id)?.amountMinor === amountMinor ? [] : [`refund ${id} of ${String(ofPayment)} is not ours as it is`],
    ),
    ...done.flatMap(({ id, providerRefundId }) =>
      known.has(providerRefundId ?? '') ? [] : [`refund ${id} succeeded here and not at the provider`],
    ),
    ...[...keptMinor(provider)].flatMap(([id, minor]) =>
      minor < 0 ? [`${id}: more refunded than paid: ${minor}`] : [],
    ),
  ];
};

export const chargedOncePerPeriod: Check = (evidence) => {
  const kept = keptMinor(evidence.provider);
  const ours = new Map(evidence.payments.map((payment) => [payment.id, payment]));
  const paid = paymentsOf(evidence).filter(({ id }) => (kept.get(id) ?? 0) > 0);
  const periods = Map.groupBy(paid, ({ ourPaymentId }) => {
    const payment = ours.get(ourPaymentId);
    return payment === undefined ? ourPaymentId : `${payment.subscriptionId} ${payment.periodKey}`;
  });
  return [...periods].flatMap(([period, all]) =>
    all.length > 1 ? [`${all[0]?.userId} for ${period}: ${all.map(({ id }) => id).join(', ')}`] : [],
  );
};
