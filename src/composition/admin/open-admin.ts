import { hashText, randomId } from '../../adapters/system/ids.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { acceptCommand } from '../../application/requests/accept-command.ts';
import { createAwaitOutcome } from '../../application/requests/await-outcomes.ts';
import { silentTracer } from '../../application/ports/tracer.ts';
import type { DeadLetters } from '../../application/ports/dead-letters.ts';
import type { MessagePublisher } from '../../application/ports/outbox.ts';
import type { PastLookups } from '../../application/ports/subscriber-store.ts';
import type { SealedRecords } from '../../application/ports/sealed-records.ts';
import type { StaffAct, StaffActServices } from '../../application/requests/staff-act.ts';
import type { Config } from '../../config.ts';
import type { CommandInput } from '../../domain/commands/index.ts';
import type { CommandOutcome } from '../../domain/model/command.ts';
import { createMessageFactory } from '../../messages/message-factory.ts';
import { createClosers } from '../closers.ts';
import { openKafka } from '../open-kafka.ts';
import { type Mongo, openMongo } from '../open-mongo.ts';
import { silentLog } from '../silent-log.ts';
import { openRecords } from './open-records.ts';

/** A person waits at the terminal. */
const selectionMs = 5_000;
const publishDeadlineMs = 5_000;
const outcomeWaitMs = 30_000;

/** How a command ended; in words where there is no outcome. `other_act`: the key is that of another one. */
type Ended = CommandOutcome | { readonly kind: 'pending' | 'not_accepted' | 'acceptance_unknown' | 'other_act' };

export type AdminServices = StaffActServices &
  Pick<Mongo, 'audit' | 'store' | 'history' | 'subscriptionHistory' | 'workList' | 'blockedKeys' | 'accessPages'> & {
    readonly past: PastLookups;
    readonly deadLetters: DeadLetters;
    readonly records: SealedRecords;
    readonly openPublisher: () => Promise<MessagePublisher>;
    /** Publishes a command of staff and waits for its outcome. */
    readonly give: (input: CommandInput, act: StaffAct) => Promise<Ended>;
    /** The command line that gives the same act again, with its key. */
    readonly repeat: string;
  };

type Opened = { readonly config: Config; readonly closers: ReturnType<typeof createClosers>; readonly mongo: Mongo };

async function give({ config, closers, mongo }: Opened, input: CommandInput, act: StaffAct): Promise<Ended> {
  const { producer: publisher } = await openKafka({ config, closers, log: silentLog }, silentTracer);
  const services = { clock: systemClock, messageFactory: createMessageFactory(), publisher, hash: hashText, randomId };
  const { kind, command } = await acceptCommand(
    { ...services, publishDeadlineMs },
    {
      ...{ input, actor: { kind: 'staff', id: act.actor }, route: 'command line', idempotencyKey: act.key },
      ...{ bodyText: JSON.stringify(input), trace: { correlationId: act.requestId, causationId: null } },
    },
  );
  if (kind !== 'accepted') return { kind };
  const { store, decisions: past } = mongo;
  const awaited = await createAwaitOutcome({ clock: systemClock, log: silentLog, store, past })({
    ...{ userId: command.userId, commandId: command.commandId, bodyHash: command.bodyHash },
    ...{ mayBeOld: true, until: 'answer', waitMs: outcomeWaitMs, signal: new AbortController().signal },
  });
  if (awaited.kind === 'ended') return awaited.outcome;
  return { kind: awaited.kind === 'other_body' ? 'other_act' : 'pending' };
}

/** Opens what the subcommands need, runs one, and closes it again. Kafka is opened for a command only. */
export async function withAdmin(
  { config, repeat }: { readonly config: Config; readonly repeat: string },
  run: (services: AdminServices) => Promise<number>,
): Promise<number> {
  const closers = createClosers();
  try {
    const mongo = await openMongo({ config, closers, log: silentLog }, selectionMs);
    const records = openRecords({ config, closers, log: silentLog });
    const common = { ...mongo, past: mongo.decisions, records, clock: systemClock, hash: hashText };
    const openPublisher = async () => (await openKafka({ config, closers, log: silentLog }, silentTracer)).producer;
    return await run({
      ...common,
      openPublisher,
      give: (input, act) => give({ config, closers, mongo }, input, act),
      repeat,
    });
  } finally {
    await closers.closeAll(silentLog);
  }
}
