import type { CountSharing } from '../../../application/services/count-sharing.ts';
import type { Ids } from '../../../domain/model/context.ts';
import type { Epoch } from '../../../domain/model/epoch.ts';
import type { Policy } from '../../../domain/model/policy.ts';
import type { Audit } from '../../../application/ports/audit.ts';
import type { BlockedKeys } from '../../../application/ports/blocked-keys.ts';
import type { Catalogue } from '../../../application/ports/catalogue.ts';
import type { Cipher } from '../../../application/ports/cipher.ts';
import type { Clock } from '../../../application/ports/clock.ts';
import type { DeadLetters } from '../../../application/ports/dead-letters.ts';
import type { PaymentHistory } from '../../../application/ports/history.ts';
import type { Log } from '../../../application/ports/log.ts';
import type { MessagePublisher } from '../../../application/ports/outbox.ts';
import type { SealedRecords } from '../../../application/ports/sealed-records.ts';
import type { PastLookups, SubscriberStore } from '../../../application/ports/subscriber-store.ts';
import type { SubscriptionHistory } from '../../../application/ports/subscription-history.ts';
import type { Shop } from '../../../application/ports/shop.ts';
import type { WorkList } from '../../../application/ports/work-list.ts';
import type { TestClockMirror, TestClocks } from '../../../application/ports/test-clocks.ts';
import type { Tracer } from '../../../application/ports/tracer.ts';
import type { MessageFactory } from '../../../application/ports/message-factory.ts';

/** An event as the first-day page shows it. */
export type DecodedEvent = {
  readonly topic: string;
  readonly id: string;
  readonly type: string;
  /** RFC 3339. */
  readonly time: string;
  readonly sequence: string | null;
  readonly data: unknown;
};

/** Exists in development only, where any caller gets tokens. */
export type DevelopmentServices = {
  /** Events of a user, from the oldest kept on; ends when the signal aborts. */
  readonly events: (userId: string, signal: AbortSignal) => AsyncIterable<DecodedEvent>;
};

export type RequestSeen = {
  readonly method: string;
  /** The route's pattern, never the address: that may hold a secret. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
};

/** All that the HTTP adapter needs. It reads, and writes nothing but messages. */
export type HttpServices = {
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: Policy;
  readonly ids: Ids;
  /** The last restore of a backup, as consumers know it: rules ask for it. */
  readonly epoch: () => Epoch | null;
  /** Personal data of a command are sealed before it is published. */
  readonly cipher: Cipher;
  readonly catalogue: Catalogue;
  /** Our shop as the provider last described it; null until then. */
  readonly shop: () => Shop | null;
  readonly store: Pick<SubscriberStore, 'load' | 'findCommands' | 'findMany'>;
  readonly past: PastLookups;
  readonly history: PaymentHistory;
  readonly subscriptionHistory: SubscriptionHistory;
  readonly audit: Audit;
  readonly workList: WorkList;
  readonly blockedKeys: BlockedKeys;
  readonly deadLetters: DeadLetters;
  readonly records: SealedRecords;
  readonly publisher: MessagePublisher;
  readonly messageFactory: MessageFactory;
  /** Null where the configuration has none: their routes do not exist. */
  readonly testClocks: { readonly clocks: TestClocks; readonly mirror: TestClockMirror } | null;
  readonly development: DevelopmentServices | null;
  /** What other processes of the API let through; absent: this one counts alone. */
  readonly counts?: CountSharing;
  readonly observe: (request: RequestSeen) => void;
  readonly tracer: Tracer;
  /** Aborts when the process begins to stop: waiting requests are answered then. */
  readonly stopping: AbortSignal;
};

export type RateLimit = { readonly perSecond: number; readonly burst: number };

/**
 * Which access tokens are accepted. One kind of keys, so that no token can choose the weaker; of secrets several, the first
 * signs, so that a change of it refuses no token.
 */
export type TokenTrust = {
  readonly keys:
    | { readonly kind: 'shared'; readonly secrets: readonly string[] }
    | { readonly kind: 'published'; readonly address: string };
  /** The required `iss`; null: `iss` is not checked. */
  readonly issuer: string | null;
  /** What `aud` must contain; null: a token must have no `aud`. */
  readonly audience: string | null;
  /** The required `typ` of the header, without `application/`; null: it is not checked. */
  readonly type: string | null;
  /** A token that is valid for longer is refused: a refresh token has the same claims. */
  readonly lifeMaxMs: number;
};

export type HttpOptions = {
  readonly tokenTrust: TokenTrust;
  /** Sign status URLs, the first one new ones; may be derived from other secrets, must be the same in all API processes. */
  readonly commandTokenSecrets: readonly string[];
  /** Several while one is replaced by the next. */
  readonly notificationSecrets: readonly string[];
  /** Addresses and CIDR ranges that may notify us. */
  readonly notificationAddresses: readonly string[];
  /** Proxies in front of us that append to X-Forwarded-For: exactly so many entries are trusted. */
  readonly trustedHops: number;
  /** The redirect of a purchase that needs no payment page. */
  readonly returnUrl: string;
  readonly returnUrlOrigins: readonly string[];
  readonly corsOrigins: readonly string[] | 'any';
  readonly rateLimits: {
    readonly perAddress: RateLimit;
    readonly perUser: RateLimit;
    /** Of another service of the cinema, which asks for all of its viewers. */
    readonly perService: RateLimit;
  };
  /** How long a command may wait for Kafka's acknowledgement before the client gets 503. */
  readonly publishDeadlineMs: number;
};
