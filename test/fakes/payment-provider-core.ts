import { answerApi } from '../../sandbox/api.ts';
import { type Foreign, makeForeign, refundInCabinet } from '../../sandbox/cabinet.ts';
import { cardViewOf } from '../../sandbox/cards.ts';
import { changeSettings, isoTime, readSettings } from '../../sandbox/clock.ts';
import { endBinding } from '../../sandbox/control-bindings.ts';
import { paymentDecline } from '../../sandbox/declines.ts';
import { memoryJournal } from '../../sandbox/journal.ts';
import { formatAmount } from '../../sandbox/money.ts';
import { findPayable, payByCard } from '../../sandbox/pay.ts';
import { cancelRefund, succeedRefund } from '../../sandbox/refunds.ts';
import type { Shop } from '../../sandbox/config.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { cancel, cardMethod, sbpMethod, keepPayment } from '../../sandbox/settle.ts';
import { openStore } from '../../sandbox/store.ts';
import { sweepExpired } from '../../sandbox/sweep.ts';
import type { BindingRecord, MethodView, Payment, PaymentRecord, RefundRecord } from '../../sandbox/types.ts';
import type { HttpRequest, HttpResult } from '../../src/adapters/yookassa/http-call.ts';
import { parseObject } from '../../src/adapters/yookassa/parse-object.ts';
import type { Instant } from '../../src/domain/model/instant.ts';
import type {
  ProviderRequest,
  ProviderObject,
  ProviderObjects,
  ProviderPayment,
} from '../../src/domain/model/provider.ts';

/** How an operation ends at the fake provider: in one of its states, or with the reason of a decline. */
export type FakeResult = ProviderPayment['status'] | (string & {});

const shop = { id: '100500', key: 'test_sandbox', recurring: true, declineCloses: false };
const authorization = `Basic ${btoa(`${shop.id}:${shop.key}`)}`;
const goodCard = '5555555555554444';
const entered = { number: goodCard, expiryYear: '2040', expiryMonth: '12' };
const configOf = (receipts: Shop['receipts']) => ({
  ...{ host: '', port: 0, dataDir: '', publicUrl: '' },
  ...{ shops: [{ ...shop, receipts }], notificationUrl: '', retryFactor: 1 },
});

type Now = (testClockId: string | null) => Instant;

/** The sandbox in this process: nothing on disk, predictable time and ids. */
function openCore(now: Now, receipts: Shop['receipts']): Sandbox {
  const clocks = { realNowMs: () => now(null), nowMs: now, ensure: () => undefined, move: () => undefined };
  const store = openStore(() => memoryJournal);
  let made = 0;
  const newId = (kind: string): string => `fake-${kind}-${(made += 1)}`;
  return createSandbox({ config: configOf(receipts), baseUrl: 'https://pay.example', store, clocks, newId });
}

function parsed<Kind extends keyof ProviderObjects>(
  kind: Kind,
  { object }: PaymentRecord | RefundRecord | BindingRecord,
): ProviderObjects[Kind] {
  const found = parseObject(kind, object);
  if (found === null) throw new Error(`Our adapter does not believe ${JSON.stringify(object)}`);
  return found;
}

function finishRefund(sandbox: Sandbox, record: RefundRecord, result: FakeResult): RefundRecord {
  if (result === 'pending') return record;
  return result === 'succeeded' ? succeedRefund(sandbox, record) : cancelRefund(sandbox, record, result);
}

function finishPayment(sandbox: Sandbox, record: PaymentRecord, result: FakeResult, saved: boolean): void {
  const isPaid = result === 'succeeded' || result === 'waiting_for_capture';
  const page = { ...record.page, save: record.page.save && saved };
  if (isPaid) {
    payByCard(sandbox, { kind: 'payment', record: { ...record, page, capture: result === 'succeeded' } }, goodCard);
  } else if (result !== 'pending') cancel(sandbox, record, paymentDecline(result));
}

function finish(sandbox: Sandbox, id: string, result: FakeResult, saved: boolean): ProviderObject {
  const refund = sandbox.store.get('refunds', id);
  if (refund?.object.status === 'pending') return parsed('refund', finishRefund(sandbox, refund, result));
  const payable = findPayable(sandbox, id);
  if (payable?.kind !== 'payment' || payable.record.object.status !== 'pending') {
    throw new Error(`Nothing is pending under ${id}`);
  }
  finishPayment(sandbox, payable.record, result, saved);
  return parsed('payment', sandbox.store.get('payments', id) ?? payable.record);
}

function methodView(method: NonNullable<ProviderPayment['method']>): MethodView {
  const { id, saved, title, last4, brand, type, bankId } = method;
  if (type === 'sbp') {
    const bank = bankId === undefined ? undefined : { bank_id: bankId };
    return { ...sbpMethod(id), saved, ...(title !== null && { title }), payer_bank_details: bank };
  }
  const card = {
    ...cardViewOf(entered),
    ...(last4 !== null && { last4 }),
    ...(brand !== null && { card_type: brand }),
  };
  return { ...cardMethod(id, entered, saved), ...(title !== null && { title }), card };
}

/** Names that are null are omitted, as in a payment of another program. */
function metadataView({ paymentId, userId, testClockId }: ProviderPayment['metadata']): Payment['metadata'] {
  const names = { payment_id: paymentId, user_id: userId, test_clock_id: testClockId };
  return Object.fromEntries(Object.entries(names).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** The reverse of the adapter's mapping: a result that a test wants, in the provider's format. */
function altered(object: Payment, change: Partial<ProviderPayment>): Payment {
  const { status, amount, capturedAt, accountId, cancellation, method, metadata, confirmationUrl, ...others } = change;
  if (Object.keys(others).length > 0) throw new Error(`The fake cannot alter ${Object.keys(others).join(', ')}.`);
  return {
    ...object,
    ...(status && { status, paid: status === 'succeeded', confirmation: undefined }),
    ...(amount && { amount: formatAmount(amount.amountMinor, amount.currency) }),
    ...(capturedAt && { captured_at: isoTime(capturedAt) }),
    ...(accountId && { recipient: { ...object.recipient, account_id: accountId } }),
    ...(cancellation === undefined ? {} : { cancellation_details: cancellation ?? undefined }),
    ...(method && { payment_method: methodView(method) }),
    ...(metadata && { metadata: metadataView(metadata) }),
    ...(confirmationUrl && { confirmation: { type: 'redirect', confirmation_url: confirmationUrl } }),
  };
}

type Call = Pick<HttpRequest, 'method' | 'path' | 'body'>;

/** One call of the provider's API, from the bytes that our adapter sends to the bytes that it reads. */
function call(sandbox: Sandbox, { method, path, body }: Call, idempotenceKey?: string): HttpResult {
  const { pathname, searchParams } = new URL(`http://sandbox/v3${path}`);
  const headers = { authorization, 'content-type': 'application/json', 'idempotence-key': idempotenceKey };
  const raw = { method, path: pathname, query: searchParams, headers, text: body ?? '' };
  return { kind: 'response', ...answerApi(sandbox, raw, null) };
}

/** The sandbox's core, with what tests change in it directly. */
export function createProviderCore(now: Now, receipts: Shop['receipts'] = null) {
  const sandbox = openCore(now, receipts);
  const { store } = sandbox;
  const refundResults: FakeResult[] = [];
  let arePagesEndless = false;
  const openForEver = (): void => {
    for (const record of store.all('payments').values()) {
      if (record.object.status === 'pending' && record.page.deadlineMs !== null)
        keepPayment(sandbox, { ...record, page: { ...record.page, deadlineMs: null } });
    }
  };
  return {
    call: (request: Call, idempotenceKey?: string): HttpResult => {
      if (readSettings(store).nextRefund === null) {
        changeSettings(store, { nextRefund: refundResults.shift() ?? null });
      }
      const result = call(sandbox, request, idempotenceKey);
      if (arePagesEndless) openForEver();
      return result;
    },
    keepPagesOpen: (): void => void (arePagesEndless = true),
    /** The provider's time for a request. */
    timeOf: (order: ProviderRequest): Instant =>
      now(
        order.kind === 'capture'
          ? (store.get('payments', order.providerPaymentId)?.clockId ?? null)
          : order.metadata.testClockId,
      ),
    finish: (id: string, result: FakeResult, saved = true): ProviderObject => finish(sandbox, id, result, saved),
    /** Ends an open binding, as the subscriber or, in silence, their bank does. */
    endBinding: (id: string, result: 'active' | 'inactive'): void => void endBinding(sandbox, id, { result }),
    bindings: (): readonly ProviderObjects['payment_method'][] => {
      sweepExpired(sandbox);
      return [...store.all('bindings').values()].map((record) => parsed('payment_method', record));
    },
    setMethod: (id: string, answers: { readonly next?: FakeResult | null; readonly always?: FakeResult }): void => {
      const unknown = { shopId: shop.id, view: cardMethod(id, entered, true), cardNumber: goodCard };
      const known = store.get('methods', id) ?? { ...unknown, next: null, always: null };
      store.put('methods', id, { ...known, ...answers });
    },
    /** How long the registration of later receipts takes, and whether the next one fails. */
    scriptReceipts: (delayMs: number, next: 'canceled' | null = null): void =>
      changeSettings(store, { receiptDelayMs: delayMs, nextReceipt: next }),
    scriptRefunds: (...results: readonly FakeResult[]): void => void refundResults.push(...results),
    alter: (id: string, change: Partial<ProviderPayment>): void => {
      const [payment, refund] = [store.get('payments', id), store.get('refunds', id)];
      if (payment !== undefined) keepPayment(sandbox, { ...payment, object: altered(payment.object, change) });
      else if (refund !== undefined && change.amount !== undefined) {
        const amount = formatAmount(change.amount.amountMinor, change.amount.currency);
        store.put('refunds', id, { ...refund, object: { ...refund.object, amount } });
      } else throw new Error(`The fake cannot alter ${id}.`);
    },
    /** Payments that others make in our shop, and refunds by hand in the cabinet. They belong to no key of ours. */
    makeForeign: (foreign: Foreign): readonly string[] => makeForeign(sandbox, foreign),
    refundInCabinet: (id: string, amountMinor: number | null = null): string =>
      refundInCabinet(sandbox, store.get('payments', id)!, amountMinor)!.id,
    lagReads: (ms: number): void => sandbox.readLag.set(ms),
    /** The operations of each key, oldest first. */
    entries: () => {
      sweepExpired(sandbox);
      const kept = (['payment', 'refund'] as const).flatMap((kind) =>
        [...store.all(`${kind}s`).values()].map((record) => ({ record, object: parsed(kind, record) })),
      );
      return kept
        .filter(({ record }) => record.idempotenceKey !== '')
        .toSorted((one, other) => one.record.seq - other.record.seq)
        .map(({ record: { idempotenceKey }, object }) => ({ idempotenceKey, object }));
    },
  };
}
