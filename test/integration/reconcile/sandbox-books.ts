import type { ProviderObject, ProviderPayment, ProviderRefund } from '../../../src/domain/model/provider.ts';
import { callerOf } from '../../sandbox/test-sandbox.ts';
import { type Instant, toIso } from '../../../src/domain/model/instant.ts';
import { agreed, type Booked } from '../mongo/planted-differences.ts';
import type { SandboxProcess } from '../yookassa/sandbox-process.ts';

type Money = ProviderObject['amount'];
type Made = { readonly id: string };

const decimal = ({ amountMinor }: Money): string => (amountMinor / 100).toFixed(2);
const metadataOf = ({ metadata }: ProviderPayment) => ({ payment_id: metadata.paymentId, user_id: metadata.userId });
const isRefund = (object: ProviderObject): object is ProviderRefund => object.object === 'refund';
const isPayment = (object: ProviderObject): object is ProviderPayment => object.object === 'payment';

async function makeSucceeded({ control }: SandboxProcess, payment: ProviderPayment): Promise<string> {
  const { userId } = payment.metadata;
  const metadata = userId === null ? {} : metadataOf(payment);
  const made = (await control('POST', '/payments', { amount: decimal(payment.amount), metadata })) as { ids: string[] };
  return made.ids[0] ?? '';
}

/** The shop itself cancels what was authorised. */
async function makeCanceled({ url, control }: SandboxProcess, payment: ProviderPayment): Promise<string> {
  const shop = callerOf(url);
  const amount = { value: decimal(payment.amount), currency: payment.amount.currency };
  const confirmation = { type: 'redirect', return_url: 'https://cinema.example' };
  const body = { amount, capture: false, confirmation, metadata: metadataOf(payment) };
  const { id } = (await shop.call('POST', '/v3/payments', { body })).body as unknown as Made;
  await control('POST', `/payments/${id}/pay`, { card: '5555555555554444' });
  const { status, text } = await shop.call('POST', `/v3/payments/${id}/cancel`, { body: {} });
  if (status !== 200) throw new Error(text);
  return id;
}

/** The same books, with other names for some things in them. */
const renamed = <Books>(books: Books, names: readonly (readonly [string, string])[]): Books =>
  JSON.parse(names.reduce((text, [name, other]) => text.replaceAll(name, other), JSON.stringify(books))) as Books;

/** Payments of one user about which both sides agree, spread over the time. */
export async function agreeWithSandbox(
  { control }: SandboxProcess,
  { userId, count, from, to }: { userId: string; count: number; from: Instant; to: Instant },
): Promise<readonly Booked[]> {
  const metadata = { payment_id: `${userId}-{n}`, user_id: userId };
  const wanted = { count, amount: '299.00', metadata, from: toIso(from), to: toIso(to) };
  const { ids } = (await control('POST', '/payments', wanted)) as { readonly ids: readonly string[] };
  return ids.map((id, n) => {
    const booked = agreed(from + Math.floor((n * (to - from)) / count));
    const [theirs] = booked.theirs.filter(isPayment);
    const ours = theirs?.metadata;
    if (theirs === undefined || typeof ours?.paymentId !== 'string' || typeof ours.userId !== 'string')
      throw new Error('a payment that is agreed has names');
    return renamed(booked, [
      [theirs.id, id],
      [ours.paymentId, `${userId}-${n}`],
      [ours.userId, userId],
    ]);
  });
}

/** Makes at the sandbox what the provider has of each, and returns our side with the sandbox's names. */
export async function putIntoSandbox(sandbox: SandboxProcess, books: readonly Booked[]): Promise<readonly Booked[]> {
  const named = new Map<string, string>();
  const theirs = books.flatMap((booked) => booked.theirs);
  for (const payment of theirs.filter(isPayment)) {
    const make = payment.status === 'canceled' ? makeCanceled : makeSucceeded;
    named.set(payment.id, await make(sandbox, payment));
  }
  for (const { id, providerPaymentId, amount } of theirs.filter(isRefund)) {
    const path = `/payments/${named.get(providerPaymentId) ?? ''}/refund`;
    named.set(id, ((await sandbox.control('POST', path, { amount: decimal(amount) })) as Made).id);
  }
  return renamed(books, [...named]);
}
