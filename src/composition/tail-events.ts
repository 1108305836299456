import { createDecoder } from '../adapters/kafka/registry/registry.ts';
import { tail } from '../adapters/kafka/admin/tail.ts';
import type { TailFilter, TailLine } from '../adapters/kafka/admin/tail-line.ts';
import { systemClock } from '../adapters/system/clock.ts';
import type { Log } from '../application/ports/log.ts';
import type { Config } from '../config.ts';
import { kafkaClientOf, registryAddressOf } from './open-kafka.ts';
import { openConfig } from './open-config.ts';
import { silentLog } from './silent-log.ts';

/** Our topics, and no others of the broker. */
const topicPrefix = 'billing.';

type Tail = {
  readonly filter: TailFilter;
  readonly follow: boolean;
  readonly print: (line: TailLine) => void;
  readonly signal: AbortSignal;
};

/** Reads the topics as another service would, by brokers and registry alone: stored records by age, then new ones. */
export function tailEvents(
  { config, log }: { readonly config: Config; readonly log: Log },
  wanted: Tail,
): Promise<void> {
  return tail({
    ...wanted,
    client: { ...kafkaClientOf({ config, log }), clientId: 'tail' },
    decoder: createDecoder(registryAddressOf(config), systemClock),
    topicPrefix,
  });
}

/** The same for a command line, with the configuration of the variables given. */
export const tailWith = (variables: Readonly<Record<string, string | undefined>>, wanted: Tail): Promise<void> =>
  tailEvents({ config: openConfig(variables), log: silentLog }, wanted);
