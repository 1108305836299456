import type { Store } from './store.ts';
import type { SettingsRecord } from './types.ts';

/** Time of the sandbox. A named clock stands still until it is moved; the sandbox's own clock runs, maybe with an offset. */
export type Clocks = {
  realNowMs(): number;
  nowMs(clockId: string | null): number;
  /** Starts an unknown clock at the sandbox's own time. From then on it stands still. */
  ensure(clockId: string | null): void;
  move(clockId: string | null, toMs: number): void;
};

const defaults: SettingsRecord = {
  ownClockOffsetMs: 0,
  notificationMode: 'normal',
  notificationDelayMs: 5_000,
  nextRefund: null,
  receiptDelayMs: 3_000,
  nextReceipt: null,
};

export const readSettings = (store: Store): SettingsRecord => ({
  ...defaults,
  ...store.get('settings', 'all'),
});

export const changeSettings = (store: Store, change: Partial<SettingsRecord>): void =>
  store.put('settings', 'all', { ...readSettings(store), ...change });

export function createClocks(store: Store, realNowMs: () => number): Clocks {
  const ownNowMs = (): number => realNowMs() + readSettings(store).ownClockOffsetMs;
  return {
    realNowMs,
    nowMs: (clockId) => (clockId === null ? undefined : store.get('clocks', clockId)?.nowMs) ?? ownNowMs(),
    ensure: (clockId) => {
      if (clockId !== null && store.get('clocks', clockId) === undefined) {
        store.put('clocks', clockId, { nowMs: ownNowMs() });
      }
    },
    move: (clockId, toMs) => {
      if (clockId === null) changeSettings(store, { ownClockOffsetMs: toMs - realNowMs() });
      else store.put('clocks', clockId, { nowMs: toMs });
    },
  };
}

export const isoTime = (timeMs: number): string => new Date(timeMs).toISOString();

/** A payment cannot hold a longer name, so a longer name starts no clock. */
const metadataValueLength = 512;

/** The clock that a request body names, if any. */
export function clockIdOf(metadata: unknown): string | null {
  if (typeof metadata !== 'object' || metadata === null || !('test_clock_id' in metadata)) return null;
  const id = metadata.test_clock_id;
  return typeof id === 'string' && id !== '' && id.length <= metadataValueLength ? id : null;
}
