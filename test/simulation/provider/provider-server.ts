import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { HttpResult } from '../../../src/adapters/yookassa/http-call.ts';
import type { Random } from '../world/random.ts';
import type { World } from '../world/world.ts';
import { type AskedReceipt, createRegister, vatCodeOf } from './provider-register.ts';
import { createBank, declines } from './provider-bank.ts';
import { type BindingEntry, createBindings } from './provider-bindings.ts';
import { noAnswer, ok, refused } from './provider-answers.ts';
import { cabinetRefund, foreignPayment } from './provider-cabinet.ts';
import { createProviderReads } from './provider-reads.ts';
import {
  bodyOf,
  type Entry,
  keptMinor,
  withoutCabinet,
  holdLifeMs,
  pageLifeMs,
  type PaymentEntry,
  type RefundEntry,
} from './provider-ledger.ts';

export type Post = { readonly key: string; readonly path: string; readonly body: string };

export type ProviderServer = {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly bindings: ReadonlyMap<string, BindingEntry>;
  /** Carries a request out, or repeats the first answer of its key. */
  readonly post: (request: Post) => HttpResult;
  readonly get: (path: string) => HttpResult;
  /** Others pay an invoice in our shop, or a person refunds a payment of ours in the cabinet. */
  readonly makeForeign: () => void;
  readonly refundInCabinet: (paymentId?: string) => void;
  /** The register takes the receipt of no refund of this payment. */
  readonly failRefundReceipts: (paymentId: string) => void;
  /** In the calm the provider denies no payment any more. */
  readonly revealAll: () => void;
  /** Listeners for every request that arrives, every object that is read, and every end. */
  readonly onPost: (listener: (request: Post, isRepeat: boolean) => void) => void;
  readonly onRead: (listener: (entry: Entry) => void) => void;
  readonly onEnd: (listener: (entry: Entry | BindingEntry) => void) => void;
};

type Body = {
  readonly amount: { readonly value: string };
  readonly metadata?: Readonly<Record<string, string>>;
  readonly payment_method_id?: string;
  readonly save_payment_method?: boolean;
  readonly payment_id?: string;
  readonly receipt?: AskedReceipt;
};

const minorOf = (value: string): number => Math.round(Number(value) * 100);

/** A payment provider with records and time of its own, and with people who pay, wait or leave the page. */
export function createProviderServer(world: World, dice: Random): ProviderServer {
  const { random, scheduler } = world;
  const entries = new Map<string, Entry>();
  /** Payments of others: reads and lists show them, and no rule of ours is about them. */
  const others = new Map<string, Entry>();
  const keys = new Map<
    string,
    { readonly at: number; readonly path: string; readonly body: string; readonly answer: HttpResult }
  >();
  /** By key: while an entry exists, repeats and reads do not show the payment. */
  const denied = new Map<string, () => void>();
  const declineOf = createBank(world);
  const register = createRegister(world);
  const postListeners: ((request: Post, isRepeat: boolean) => void)[] = [];
  const readListeners: ((entry: Entry) => void)[] = [];
  const endListeners: ((entry: Entry | BindingEntry) => void)[] = [];
  const bound = createBindings(world, (entry) => endListeners.forEach((listener) => listener(entry)));

  const records = {
    find: (id: string) => entries.get(id) ?? others.get(id),
    all: () => [...entries.values(), ...others.values()],
    isHidden: ({ key }: Entry) => denied.has(key),
    onRead: (entry: Entry) => readListeners.forEach((listener) => listener(entry)),
  };
  const reads = createProviderReads(world, records, dice);

  const authorize = (entry: PaymentEntry): void => {
    end(entry, 'waiting_for_capture', null);
    scheduler.after(holdLifeMs, () => end(entry, 'canceled', 'expired_on_capture'));
  };
  const end = (entry: Entry, status: 'succeeded' | 'canceled' | 'waiting_for_capture', reason: string | null): void => {
    if (entry.status === 'succeeded' || entry.status === 'canceled') return;
    reads.beforeChange(entry);
    if (entry.object === 'payment') {
      entry.status = status;
      if (status === 'succeeded') entry.capturedAt = scheduler.now();
    } else if (status !== 'waiting_for_capture') entry.status = status;
    entry.reason = reason;
    if (status === 'succeeded') register.open(entry);
    world.story.add(
      entry.metadata['user_id'] ?? null,
      `provider: ${entry.object} ${entry.id} is ${status}${reason === null ? '' : ` (${reason})`}`,
    );
    for (const listener of endListeners) listener(entry);
  };

  /** Charges without the user: at once, or after a time as pending. */
  const completeCharge = (entry: PaymentEntry, userId: string): void => {
    const reason = declineOf(entry.methodId, userId);
    const finish = (): void => end(entry, reason === null ? 'succeeded' : 'canceled', reason);
    if (world.strikes('charge_pending', userId)) scheduler.after(Math.ceil(random.spread(minuteMs, dayMs)), finish);
    else if (reason === null && world.strikes('waiting_for_capture', userId)) authorize(entry);
    else finish();
  };

  const visitPage = (entry: PaymentEntry, userId: string): void => {
    scheduler.after(pageLifeMs, () => {
      if (entry.status === 'pending') end(entry, 'canceled', 'expired_on_confirmation');
    });
    if (world.strikes('page_abandoned', userId)) return;
    scheduler.after(Math.ceil(random.spread(5 * secondMs, 0.95 * pageLifeMs)), () => {
      if (entry.status !== 'pending') return;
      const isDeclined = world.strikes('page_declined', userId);
      entry.isSaved = !isDeclined && entry.saveMethod && !world.strikes('method_not_saved', userId);
      if (isDeclined) end(entry, 'canceled', random.pick(declines));
      else if (world.strikes('waiting_for_capture', userId)) authorize(entry);
      else end(entry, 'succeeded', null);
    });
  };

  const isHidden = ({ key }: { readonly key: string }): boolean => denied.has(key);
  const hide = (entry: PaymentEntry, userId: string): void => {
    const reveal = (): void => {
      if (!denied.delete(entry.key)) return;
      reads.onReveal(entry);
      completeCharge(entry, userId);
    };
    denied.set(entry.key, reveal);
    scheduler.after(Math.ceil(random.spread(20 * hourMs, 4 * dayMs)), reveal);
  };

  const createPayment = (key: string, body: Body): HttpResult => {
    const id = `2d${random.id().slice(2)}`;
    const metadata = body.metadata ?? {};
    const userId = metadata['user_id'] ?? '';
    const isPage = body.payment_method_id === undefined;
    const amountMinor = minorOf(body.amount.value);
    const { receipt } = body;
    if (!register.takesPayment({ userId, amountMinor, receipt })) return refused(400, 'invalid_request', 'receipt');
    const entry: PaymentEntry = {
      vatCode: vatCodeOf(receipt),
      ...{ object: 'payment', id, key, createdAt: scheduler.now(), amountMinor, metadata, isPage },
      ...{ saveMethod: body.save_payment_method === true, methodId: body.payment_method_id ?? id },
      ...{ status: 'pending', isSaved: !isPage, capturedAt: null, reason: null },
      chargedBackMinor: 0,
      paidBackMinor: 0,
      wrongMinor: world.strikes('wrong_amount', userId) ? amountMinor + 100 : null,
      // Only a charge can be hidden: a page whose create request was denied is never shown, so nothing pays it.
      wasHidden: !isPage && world.strikes('hidden', userId),
    };
    entries.set(id, entry);
    world.story.add(
      userId,
      `provider: ${isPage ? 'page' : 'charge'} ${id} of ${entry.amountMinor} for ${metadata['payment_id']}`,
    );
    reads.onNew(entry);
    if (entry.wasHidden) hide(entry, userId);
    else if (isPage) visitPage(entry, userId);
    else completeCharge(entry, userId);
    return ok(bodyOf(entry, scheduler.now()));
  };

  const createRefund = (key: string, body: Body): HttpResult => {
    const payment = entries.get(body.payment_id ?? '');
    const amountMinor = minorOf(body.amount.value);
    if (payment?.object !== 'payment' || payment.status !== 'succeeded')
      return refused(400, 'invalid_request', 'payment_id');
    const metadata = body.metadata ?? {};
    const userId = metadata['user_id'] ?? null;
    // The provider learns of no chargeback before its bank says so, nor of what staff gave back: a refund that was out may
    // still succeed.
    const pastProviderMinor = payment.chargedBackMinor + payment.paidBackMinor;
    if (amountMinor > keptMinor(payment, entries.values()) + pastProviderMinor) {
      // The service may not know yet what staff refunded. What it knew is checked when it saves the refund.
      if (amountMinor > keptMinor(payment, withoutCabinet(entries.values())) + pastProviderMinor)
        world.breach('17: no more is asked back than was captured', userId, { refundOf: payment.id, amountMinor });
      return refused(400, 'invalid_request', 'amount');
    }
    if (!register.takesRefund({ userId, amountMinor, receipt: body.receipt }, payment))
      return refused(400, 'invalid_request', 'receipt');
    const id = `2e${random.id().slice(2)}`;
    const entry: RefundEntry = {
      object: 'refund',
      id,
      key,
      createdAt: scheduler.now(),
      amountMinor,
      metadata,
      paymentId: payment.id,
      status: 'pending',
      reason: null,
    };
    entries.set(id, entry);
    reads.onNew(entry);
    const isBad = world.strikes('refund_canceled', userId);
    const finish = (): void => end(entry, isBad ? 'canceled' : 'succeeded', isBad ? 'insufficient_funds' : null);
    if (world.strikes('refund_pending', userId)) scheduler.after(Math.ceil(random.spread(minuteMs, dayMs)), finish);
    else finish();
    return ok(bodyOf(entry, scheduler.now()));
  };

  const capture = (id: string): HttpResult => {
    const entry = entries.get(id);
    if (entry?.object !== 'payment' || entry.status !== 'waiting_for_capture')
      return refused(400, 'invalid_request', 'payment_id');
    end(entry, 'succeeded', null);
    return ok(bodyOf(entry, scheduler.now()));
  };

  const perform = ({ key, path, body }: Post): HttpResult => {
    const parsed = JSON.parse(body) as Body;
    if (path === '/payments') return createPayment(key, parsed);
    if (path === '/payment_methods') return bound.create(key, parsed);
    return path === '/refunds' ? createRefund(key, parsed) : capture(path.split('/')[2] ?? '');
  };

  return {
    entries,
    bindings: bound.bindings,
    failRefundReceipts: register.refuseRefundsOf,
    onPost: (listener) => void postListeners.push(listener),
    onRead: (listener) => void readListeners.push(listener),
    onEnd: (listener) => void endListeners.push(listener),
    post: (request) => {
      const { key, path, body } = request;
      const known = keys.get(key);
      const now = scheduler.now();
      const isRepeat = known !== undefined && now - known.at < world.provider.keyMemoryMs;
      for (const listener of postListeners) listener(request, isRepeat);
      if (isRepeat) {
        const isSame = known.path === path && known.body === body;
        if (!isSame) return refused(400, 'invalid_request', 'Idempotence-Key');
        return isHidden(request) ? noAnswer : known.answer;
      }
      const answer = perform(request);
      // A refusal does not use up the key. An object does, and a repeat gets the first answer.
      if (answer.kind === 'response' && answer.status === 200) keys.set(key, { at: now, path, body, answer });
      return isHidden(request) ? noAnswer : answer;
    },
    revealAll: () => denied.forEach((reveal) => reveal()),
    get: (path) => {
      const [, kind, id = ''] = path.split('/');
      return kind === 'payment_methods' ? bound.read(id) : reads.get(path);
    },
    makeForeign: () => {
      const entry = foreignPayment(world);
      others.set(entry.id, entry);
      world.story.add(null, `provider: others made payment ${entry.id}`);
      reads.onNew(entry);
      for (const listener of endListeners) listener(entry);
    },
    refundInCabinet: (paymentId) => {
      const entry = cabinetRefund(world, [...entries.values()], paymentId);
      if (entry === null) return;
      entries.set(entry.id, entry);
      world.story.add(
        null,
        `provider: refund ${entry.id} of ${entry.amountMinor} of payment ${entry.paymentId} by hand`,
      );
      reads.onNew(entry);
      end(entry, 'succeeded', null);
    },
  };
}
