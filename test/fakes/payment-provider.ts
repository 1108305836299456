import { type FrozenRequest, freeze, thaw } from '../../src/adapters/yookassa/transformers.ts';
import { checkResultOf, sendOutcome } from '../../src/adapters/yookassa/outcome.ts';
import { createPageReader } from '../../src/adapters/yookassa/list-page.ts';
import { createProviderList } from '../../src/adapters/yookassa/provider-list.ts';
import { shopOf } from '../../src/adapters/yookassa/read-shop.ts';
import { createSearch } from '../../src/adapters/yookassa/search.ts';
import type { HttpResult } from '../../src/adapters/yookassa/http-call.ts';
import type { PaymentProvider } from '../../src/application/ports/payment-provider.ts';
import type { ProviderList } from '../../src/application/ports/provider-list.ts';
import type { ReadShop } from '../../src/application/ports/shop.ts';
import type { Instant } from '../../src/domain/model/instant.ts';
import type {
  ProviderMethod,
  ProviderRequest,
  ProviderObject,
  ProviderPayment,
  SendOutcome,
} from '../../src/domain/model/provider.ts';
import type { Shop } from '../../sandbox/config.ts';
import type { Foreign } from '../../sandbox/cabinet.ts';
import { createProviderCore, type FakeResult } from './payment-provider-core.ts';

/**
 * What happens to the next send. `lost`: done, and the answer never arrives. `not_done`: the same for the caller, and nothing
 * is done. `hang`: done, and answered when the test calls `release`. An outcome is returned as it is, and nothing is done.
 */
export type FakeFault = 'lost' | 'not_done' | 'hang' | Exclude<SendOutcome, { kind: 'answered' }>;

export type FakeSend = {
  readonly at: Instant;
  readonly order: ProviderRequest;
  /** The bytes. */
  readonly frozen: string;
  readonly idempotenceKey: string;
  readonly correlationId: string;
  /** Whether the provider has done the operation, now or before, whatever the caller was answered. */
  readonly isDone: boolean;
  /** Whether a byte of it may have gone out. */
  readonly hasLeft: boolean;
};

export type FakeEntry = {
  readonly object: ProviderObject;
  readonly order: ProviderRequest;
  readonly idempotenceKey: string;
};

export type FakeProvider = PaymentProvider & {
  readonly readShop: ReadShop;
  readonly list: ProviderList;
  /** Faults for the next sends, one each, in order; later sends are answered. */
  readonly script: (...faults: readonly (FakeFault | 'answer')[]) => void;
  /** Answers every hanging send: with the result, or as a time-out. */
  readonly release: (how: 'answer' | 'timeout') => void;
  /** How many of the next reads and searches get no answer. */
  readonly failReads: (times: number) => void;
  /** Ends what is pending: pays a page (saving the method if requested), expires it, or completes a charge or a refund. */
  readonly finish: (id: string, result: FakeResult, saved?: boolean) => ProviderObject;
  /** Ends an open binding: `active` saves the method, `inactive` is silent. */
  readonly endBinding: (id: string, result: 'active' | 'inactive') => void;
  readonly bindings: () => readonly ProviderMethod[];
  /** Sets how charges to a saved method end; an unknown method is created. */
  readonly setMethod: (
    id: string,
    answers: { readonly next?: FakeResult | null; readonly always?: FakeResult },
  ) => void;
  readonly scriptReceipts: (delayMs: number, next?: 'canceled' | null) => void;
  readonly scriptRefunds: (...results: readonly FakeResult[]) => void;
  /** Makes the provider report another result than the requested one. */
  readonly alter: (id: string, change: Partial<ProviderPayment>) => void;
  /** From now on a page outlives its hour until a test ends it: our rules must not depend on the provider's hour. */
  readonly keepPagesOpen: () => void;
  /** Makes succeeded payments of others, and returns their ids. */
  readonly makeForeign: (foreign: Foreign) => readonly string[];
  /** Refunds by hand in the provider's cabinet, all that is left without an amount; returns the refund's id. */
  readonly refundInCabinet: (id: string, amountMinor?: number) => string;
  /** From now on reads and lists show what was there so long ago. */
  readonly lagReads: (ms: number) => void;
  readonly setSlots: (slots: number) => void;
  readonly entries: () => readonly FakeEntry[];
  readonly sends: () => readonly FakeSend[];
};

type Options = {
  /** The provider's time for an operation whose metadata name the clock; null is its own clock. */
  readonly now: (testClockId: string | null) => Instant;
  /** Whether the shop demands receipts, and where they can be sent. */
  readonly receipts?: Shop['receipts'];
};

const defaultReturnUrl = 'https://cinema.example/return';
const timeout: SendOutcome = { kind: 'unknown', reason: 'timeout' };

/** Call slots for so many concurrent calls. */
function createSlots() {
  let slots = Number.POSITIVE_INFINITY;
  const acquireSlot: PaymentProvider['acquireSlot'] = () => {
    if (slots < 1) return null;
    slots -= 1;
    return { release: () => void (slots += 1) };
  };
  return { acquireSlot, setSlots: (count: number) => void (slots = count) };
}

/** Records our own requests in place of the adapter's bytes. */
function createOrders() {
  const byBytes = new Map<string, ProviderRequest>();
  const orderOf = (frozen: string): ProviderRequest => {
    const order = byBytes.get(frozen);
    if (order === undefined) throw new Error('A frozen request is not one that this provider made');
    return order;
  };
  const freezeOrder: PaymentProvider['freeze'] = (order, customer) => {
    const frozen = freeze(order, defaultReturnUrl, customer);
    byBytes.set(frozen, order);
    return frozen;
  };
  return { freeze: freezeOrder, orderOf };
}

/** A payment provider in memory: our adapter's mapping on the sandbox's core, scripted by tests. */
export function createFakeProvider(options: Options): FakeProvider {
  const core = createProviderCore(options.now, options.receipts);
  const { freeze: freezeOrder, orderOf } = createOrders();
  const faults: (FakeFault | 'answer')[] = [];
  const hanging: ((how: 'answer' | 'timeout') => void)[] = [];
  const sends: FakeSend[] = [];
  const ordered = new Map<string, ProviderRequest>();
  let failures = 0;

  const carry = (request: FrozenRequest, idempotenceKey: string): SendOutcome =>
    sendOutcome(request, core.call(request, idempotenceKey));
  const get = (path: string): HttpResult => {
    if (failures === 0) return core.call({ method: 'GET', path, body: null });
    failures -= 1;
    return { kind: 'failed', code: 'ETIMEDOUT' };
  };
  const send: PaymentProvider['send'] = (frozen, idempotenceKey, correlationId) => {
    const order = orderOf(frozen);
    const at = core.timeOf(order);
    const fault = faults.shift() ?? 'answer';
    const isCarried = fault === 'answer' || fault === 'lost' || fault === 'hang';
    const outcome = isCarried ? carry(thaw(frozen), idempotenceKey) : timeout;
    const isDone = outcome.kind === 'answered';
    if (isDone) ordered.set(idempotenceKey, order);
    const hasLeft = typeof fault !== 'object' || fault.kind !== 'unsent';
    sends.push({ at, order, frozen, idempotenceKey, correlationId, isDone, hasLeft });
    if (typeof fault === 'object') return Promise.resolve(fault);
    if (fault === 'answer') return Promise.resolve(outcome);
    if (fault !== 'hang') return Promise.resolve(timeout);
    return new Promise((resolve) => hanging.push((how) => resolve(how === 'answer' ? outcome : timeout)));
  };
  const entries = (): readonly FakeEntry[] =>
    core.entries().map((entry) => ({ ...entry, order: ordered.get(entry.idempotenceKey)! }));
  const readPage = createPageReader((path) => Promise.resolve(get(path)));
  return {
    ...core,
    ...createSlots(),
    freeze: freezeOrder,
    send,
    read: (object, id) => Promise.resolve(checkResultOf({ object, id }, get(`/${object}s/${encodeURIComponent(id)}`))),
    search: createSearch(readPage),
    list: createProviderList(readPage),
    readShop: () => Promise.resolve(shopOf(get('/me'))),
    script: (...more) => void faults.push(...more),
    release: (how) => {
      for (const resolve of hanging.splice(0)) resolve(how);
    },
    failReads: (times) => void (failures = times),
    entries,
    sends: () => sends,
  };
}
