import type { Ids, Context } from '../../domain/model/context.ts';
import type { Epoch } from '../../domain/model/epoch.ts';
import type { Policy } from '../../domain/model/policy.ts';
import type { BlockedKeys } from '../ports/blocked-keys.ts';
import type { Books } from '../ports/books.ts';
import type { Catalogue } from '../ports/catalogue.ts';
import type { Cipher, UserCiphers } from '../ports/cipher.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetters } from '../ports/dead-letters.ts';
import type { Log } from '../ports/log.ts';
import type { Meter } from '../ports/meter.ts';
import type { NoticeReports } from '../ports/notice-reports.ts';
import type { PaymentProvider } from '../ports/payment-provider.ts';
import type { ProviderList } from '../ports/provider-list.ts';
import type { ReconciliationWalks } from '../ports/reconciliation-walks.ts';
import type { PastLookups, SubscriberStore } from '../ports/subscriber-store.ts';
import type { TestClockMirror, TestClocks } from '../ports/test-clocks.ts';
import type { MessagePublisher, Relay } from '../ports/outbox.ts';
import type { MessageFactory } from '../ports/message-factory.ts';

/** What commands, timers and hints need to decide, save, publish and pay. */
export type CoreServices = {
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly policy: Policy;
  readonly ids: Ids;
  /** Null where the database was never restored. */
  readonly epoch: () => Epoch | null;
  readonly cipher: Cipher;
  readonly userCiphers: UserCiphers;
  readonly store: SubscriberStore;
  readonly past: PastLookups;
  readonly books: Books;
  readonly blockedKeys: Pick<BlockedKeys, 'isBlocked'>;
  readonly deadLetters: Pick<DeadLetters, 'keep' | 'find'>;
  readonly noticeReports: NoticeReports;
  readonly catalogue: Catalogue;
  readonly provider: PaymentProvider;
  readonly providerList: ProviderList;
  readonly walks: ReconciliationWalks;
  readonly shop: Context['shop'];
  readonly publisher: MessagePublisher;
  readonly messageFactory: MessageFactory;
  readonly relay: Relay;
  /** Null where the configuration has no test clocks. */
  readonly testClocks: { readonly clocks: TestClocks; readonly mirror: TestClockMirror } | null;
  /** An id for each save. It must never repeat. */
  readonly randomId: () => string;
  /** Work that outlives its message. A stopping process waits for it. */
  readonly background: Background;
};

export type Background = {
  readonly track: (work: Promise<unknown>) => void;
  /** Resolves when all tracked work has ended, or after the bound. */
  readonly drained: (boundMs: number) => Promise<void>;
};
