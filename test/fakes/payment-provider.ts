import type { PaymentProvider } from '../../src/application/ports/payment-provider.ts';
import { hourMs, type Instant } from '../../src/domain/model/instant.ts';
import type {
  CheckResult,
  ProviderRequest,
  ProviderObject,
  ProviderPayment,
  SendOutcome,
} from '../../src/domain/model/provider.ts';
import {
  cardOf,
  type FakeEntry,
  type FakeLedger,
  type FakeResult,
  perform,
  refundsOf,
  settled,
} from './payment-provider-state.ts';

/** As the real one: a key is remembered this long after its first request, then the same request is a new operation. */
const keyMemoryMs = 24 * hourMs;

/**
 * What happens to a coming send instead of being answered: `lost` is done and its answer never comes, `not_done` looks
 * the same and did nothing, `hang` is done and answered when the test calls `release`; an outcome is given as it is
 * and nothing is done.
 */
export type FakeFault = 'lost' | 'not_done' | 'hang' | Exclude<SendOutcome, { kind: 'answered' }>;

export type FakeSend = {
  readonly at: Instant;
  readonly order: ProviderRequest;
  readonly idempotenceKey: string;
  readonly correlationId: string;
  /** The provider did or had done the operation, whatever the caller was told. */
  readonly isDone: boolean;
};

export type FakeProvider = PaymentProvider & {
  /** Faults for the coming sends, one each, in order; after them sends are answered. */
  readonly script: (...faults: readonly (FakeFault | 'answer')[]) => void;
  /** Answers every hanging send: with the result, or as a time-out. */
  readonly release: (how: 'answer' | 'timeout') => void;
  /** The coming reads and searches that get no answer. */
  readonly failReads: (times: number) => void;
  /** Ends what is pending: pays a page (saving the method if asked), expires it, settles a charge or a refund. */
  readonly finish: (id: string, result: FakeResult, saved?: boolean) => ProviderObject;
  /** A saved method and how charges to it end; unknown ones are created. */
  readonly setMethod: (
    id: string,
    answers: { readonly next?: FakeResult | null; readonly always?: FakeResult },
  ) => void;
  readonly scriptRefunds: (...results: readonly FakeResult[]) => void;
  /** Makes the provider report something else than was ordered. */
  readonly alter: (id: string, change: Partial<ProviderPayment>) => void;
  readonly setSlots: (slots: number) => void;
  readonly entries: () => readonly FakeEntry[];
  readonly sends: () => readonly FakeSend[];
};

type Options = {
  /** The provider's time for an operation whose metadata name the clock; null is its own. */
  readonly now: (testClockId: string | null) => Instant;
  readonly shop?: { readonly accountId: string; readonly test: boolean };
};

type Key = { readonly frozen: string; readonly at: Instant; readonly outcome: SendOutcome };

/** Alphabetical keys: the same order always freezes to the same text. */
const freeze = (order: ProviderRequest): string =>
  JSON.stringify(order, (_name, value: unknown) =>
    typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort()) : value,
  );

const thaw = (frozen: string): ProviderRequest => JSON.parse(frozen) as ProviderRequest;

function clockOf(ledger: FakeLedger, order: ProviderRequest): string | null {
  if (order.kind !== 'capture') return order.metadata.testClockId;
  return ledger.entries.get(order.providerPaymentId)?.object.metadata.testClockId ?? null;
}

/** The idempotency of the real provider: replay, conflict, and forgetting after a day. */
function createExecute(ledger: FakeLedger) {
  const keys = new Map<string, Key>();
  return (frozen: string, idempotenceKey: string, at: Instant): SendOutcome => {
    const known = keys.get(idempotenceKey);
    if (known !== undefined && at - known.at < keyMemoryMs) {
      return known.frozen === frozen ? known.outcome : { kind: 'key_conflict' };
    }
    const outcome = perform(ledger, thaw(frozen), idempotenceKey, at);
    // A refusal does not use up the key; an object does, and is answered again as it was then.
    if (outcome.kind === 'answered') keys.set(idempotenceKey, { frozen, at, outcome });
    return outcome;
  };
}

function createSend(ledger: FakeLedger, options: Options) {
  const execute = createExecute(ledger);
  const faults: (FakeFault | 'answer')[] = [];
  const hanging: ((how: 'answer' | 'timeout') => void)[] = [];
  const sends: FakeSend[] = [];
  const timeout: SendOutcome = { kind: 'unknown', reason: 'timeout' };
  const send: PaymentProvider['send'] = (frozen, idempotenceKey, correlationId) => {
    const order = thaw(frozen);
    const at = options.now(clockOf(ledger, order));
    const fault = faults.shift() ?? 'answer';
    const isCarried = fault === 'answer' || fault === 'lost' || fault === 'hang';
    const outcome = isCarried ? execute(frozen, idempotenceKey, at) : timeout;
    sends.push({ at, order, idempotenceKey, correlationId, isDone: outcome.kind === 'answered' });
    if (typeof fault === 'object') return Promise.resolve(fault);
    if (fault === 'answer') return Promise.resolve(outcome);
    if (fault !== 'hang') return Promise.resolve(timeout);
    return new Promise((resolve) => hanging.push((how) => resolve(how === 'answer' ? outcome : timeout)));
  };
  const release: FakeProvider['release'] = (how) => {
    for (const resolve of hanging.splice(0)) resolve(how);
  };
  return { send, release, script: (...more: readonly (FakeFault | 'answer')[]) => void faults.push(...more), sends };
}

function createReads(ledger: FakeLedger) {
  let failures = 0;
  const answer = (find: () => ProviderObject | undefined): Promise<CheckResult> => {
    if (failures > 0) {
      failures -= 1;
      return Promise.resolve({ kind: 'unavailable', reason: 'timeout' });
    }
    const object = find();
    return Promise.resolve(object === undefined ? { kind: 'absent' } : { kind: 'found', object });
  };
  const read: PaymentProvider['read'] = (kind, id) =>
    answer(() => {
      const object = ledger.entries.get(id)?.object;
      return object?.object === kind ? object : undefined;
    });
  const search: PaymentProvider['search'] = (wanted) =>
    answer(() => {
      const candidates =
        wanted.object === 'refund'
          ? refundsOf(ledger, wanted.providerPaymentId)
          : [...ledger.entries.values()]
              .map(({ object }) => object)
              .filter(({ object, createdAt: at }) => object === 'payment' && at >= wanted.from && at <= wanted.to);
      const ours = candidates.filter(({ metadata }) => metadata.paymentId === wanted.paymentId);
      return ours.find(({ status }) => status === 'succeeded') ?? ours.at(-1);
    });
  return { read, search, failReads: (times: number) => void (failures = times) };
}

function finish(ledger: FakeLedger, options: Options, id: string, how: { result: FakeResult; saved: boolean }) {
  const entry = ledger.entries.get(id);
  if (entry?.object.status !== 'pending') throw new Error(`Nothing is pending under ${id}`);
  const { order } = entry;
  const end = settled(entry.object, how.result, options.now(entry.object.metadata.testClockId));
  const isPaidPage = order.kind === 'checkout' && end.status === 'succeeded';
  const saved = isPaidPage && order.saveMethod && how.saved;
  const object = isPaidPage && end.object === 'payment' ? { ...end, method: cardOf(id, saved) } : end;
  if (saved) ledger.methods.set(id, { next: null, always: 'succeeded' });
  ledger.entries.set(id, { ...entry, object });
  return object;
}

/** A payment provider in memory: the same promises as the real one, scripted by tests, the same every time. */
export function createFakeProvider(options: Options): FakeProvider {
  const shop = options.shop ?? { accountId: '100500', test: true };
  const ledger: FakeLedger = { entries: new Map(), methods: new Map(), refundResults: [], shop };
  const { sends, ...sending } = createSend(ledger, options);
  let slots = Number.POSITIVE_INFINITY;
  return {
    freeze,
    ...sending,
    ...createReads(ledger),
    acquireSlot: () => {
      if (slots < 1) return null;
      slots -= 1;
      return { release: () => void (slots += 1) };
    },
    finish: (id, result, saved = true) => finish(ledger, options, id, { result, saved }),
    setMethod: (id, answers) => {
      const known = ledger.methods.get(id) ?? { next: null, always: 'succeeded' };
      ledger.methods.set(id, { ...known, ...answers });
    },
    scriptRefunds: (...results) => void ledger.refundResults.push(...results),
    alter: (id, change) => {
      const entry = ledger.entries.get(id);
      if (entry?.object.object === 'payment')
        ledger.entries.set(id, { ...entry, object: { ...entry.object, ...change } });
    },
    setSlots: (count) => void (slots = count),
    entries: () => [...ledger.entries.values()],
    sends: () => sends,
  };
}
