import type { Ids, Context } from '../domain/model/context.ts';
import type { Policy } from '../domain/model/policy.ts';
import type { BlockedKeys } from './ports/blocked-keys.ts';
import type { Catalogue } from './ports/catalogue.ts';
import type { Cipher } from './ports/cipher.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { PaymentProvider } from './ports/payment-provider.ts';
import type { PastLookups, SubscriberStore } from './ports/subscriber-store.ts';
import type { TestClockMirror, TestClocks } from './ports/test-clocks.ts';
import type { MessagePublisher } from './ports/outbox.ts';
import type { MessageFactory } from './ports/message-factory.ts';
import type { Relay } from './relay.ts';

/** All that deciding, saving, publishing and paying need of the outside. */
export type CoreServices = {
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: Policy;
  readonly ids: Ids;
  readonly cipher: Cipher;
  readonly store: SubscriberStore;
  readonly past: PastLookups;
  readonly blockedKeys: Pick<BlockedKeys, 'isBlocked'>;
  readonly catalogue: Catalogue;
  readonly provider: PaymentProvider;
  readonly shop: Context['shop'];
  readonly publisher: MessagePublisher;
  readonly messageFactory: MessageFactory;
  readonly relay: Relay;
  /** Null where the configuration has no test clocks. */
  readonly testClocks: { readonly clocks: TestClocks; readonly mirror: TestClockMirror } | null;
  /** Names each save; must never repeat. */
  readonly randomId: () => string;
  /** Work that outlives the message that began it; awaited when the process stops. */
  readonly background: Background;
};

export type Background = {
  readonly track: (work: Promise<unknown>) => void;
  /** Resolves when nothing tracked is left, or after the bound. */
  readonly drained: (boundMs: number) => Promise<void>;
};
