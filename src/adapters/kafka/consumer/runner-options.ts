import type { BlockedKeys } from '../../../application/ports/blocked-keys.ts';
import type { Cipher } from '../../../application/ports/cipher.ts';
import type { ConsumerDeclaration } from '../../../application/ports/consumer.ts';
import type { Meter } from '../../../application/ports/meter.ts';
import type { MessagePublisher } from '../../../application/ports/outbox.ts';
import type { ClientOptions } from '../client/client.ts';
import type { Decoder } from '../registry/registry.ts';
import type { RunnerSettings } from '../client/settings.ts';

export type RunnerOptions<Services> = {
  readonly declaration: ConsumerDeclaration<Services>;
  readonly services: Services;
  readonly client: ClientOptions;
  readonly decoder: Decoder;
  readonly publisher: MessagePublisher;
  readonly cipher: Cipher;
  readonly blockedKeys: BlockedKeys;
  readonly meter: Meter;
  /** The consumer has crashed for good: the process must end with a failure. */
  readonly onFatal: (error: Error) => void;
  readonly settings?: RunnerSettings;
};

/** What the parts of one runner share. */
export type RunnerTools = Pick<ClientOptions, 'clock' | 'log'> & {
  /** The fields of every log line. */
  readonly about: { readonly consumer: string; readonly topic: string; readonly group: string };
  readonly settings: RunnerSettings;
  /** Aborts when the process begins to stop. */
  readonly ending: AbortSignal;
};
