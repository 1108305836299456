import type { Change, Journal } from './journal.ts';
import type {
  BindingRecord,
  ClockRecord,
  KeyRecord,
  NotificationRecord,
  PaymentRecord,
  ReceiptRecord,
  RefundRecord,
  SavedMethodRecord,
  SendsRecord,
  SettingsRecord,
} from './types.ts';

export type Tables = {
  payments: PaymentRecord;
  refunds: RefundRecord;
  receipts: ReceiptRecord;
  bindings: BindingRecord;
  methods: SavedMethodRecord;
  keys: KeyRecord;
  sends: SendsRecord;
  clocks: ClockRecord;
  notifications: NotificationRecord;
  settings: SettingsRecord;
};
type Maps = { readonly [K in keyof Tables]: Map<string, Tables[K]> };

/**
 * All state, in memory and in the journal. Handlers are synchronous: they `put`, and one `flush` writes all changes as one
 * line before the answer is sent. So requests never interleave, and a kill never leaves half of a request.
 */
export type Store = {
  get<K extends keyof Tables>(table: K, id: string): Tables[K] | undefined;
  all<K extends keyof Tables>(table: K): ReadonlyMap<string, Tables[K]>;
  put<K extends keyof Tables>(table: K, id: string, value: Tables[K] | null): void;
  flush(): void;
  nextSeq(): number;
  close(): void;
};

/** From this size on the journal is rewritten at start, which takes about a second and keeps the next start short. */
const compactAboveBytes = 8 * 1024 * 1024;

const emptyMaps = (): Maps => ({
  payments: new Map(),
  refunds: new Map(),
  receipts: new Map(),
  bindings: new Map(),
  methods: new Map(),
  keys: new Map(),
  sends: new Map(),
  clocks: new Map(),
  notifications: new Map(),
  settings: new Map(),
});

const everything = function* (maps: Maps): Generator<Change> {
  for (const [table, entries] of Object.entries(maps)) {
    for (const [id, value] of entries) yield [table, id, value];
  }
};

function lastSeq(maps: Maps): number {
  let last = 0;
  for (const table of [maps.payments, maps.refunds, maps.receipts, maps.bindings]) {
    for (const record of table.values()) last = Math.max(last, record.seq);
  }
  return last;
}

export function openStore(openJournal: (apply: (change: Change) => void) => Journal): Store {
  const maps = emptyMaps();
  const journal = openJournal(([table, id, value]) => {
    // The journal holds only what put() wrote, so the table decides the type of its entries.
    const entries = (maps as Record<string, Map<string, unknown>>)[table];
    if (value === null) entries?.delete(id);
    else entries?.set(id, value);
  });
  if (journal.sizeBytes() > compactAboveBytes) journal.rewrite(everything(maps));
  let pending: Change[] = [];
  let seq = lastSeq(maps);
  return {
    get: (table, id) => maps[table].get(id),
    all: (table) => maps[table],
    put: (table, id, value) => {
      if (value === null) maps[table].delete(id);
      else maps[table].set(id, value);
      pending.push([table, id, value]);
    },
    flush: () => {
      if (pending.length === 0) return;
      journal.append(pending);
      pending = [];
    },
    nextSeq: () => (seq += 1),
    close: () => journal.close(),
  };
}
