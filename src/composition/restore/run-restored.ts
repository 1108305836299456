import { createLog } from '../../adapters/logging/winston-log.ts';
import { rewindGroups } from '../../adapters/kafka/admin/rewind-groups.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { hashText } from '../../adapters/system/ids.ts';
import type { DeclaredRestore } from '../../application/ports/epochs.ts';
import { auditRestore } from '../../application/restore/audit-restore.ts';
import { declareRestore, quietMs } from '../../application/restore/declare-restore.ts';
import { assertStopped } from '../../application/restore/assert-stopped.ts';
import { recall } from '../../application/restore/recall.ts';
import type { StaffAct } from '../../application/requests/staff-act.ts';
import { silentMeter } from '../../application/ports/meter.ts';
import { silentTracer } from '../../application/ports/tracer.ts';
import { marginMs } from '../../domain/model/epoch.ts';
import { toIso } from '../../domain/model/instant.ts';
import { consumerGroups } from '../../messages/consumer-groups.ts';
import { staffActOf } from '../admin/staff-act.ts';
import { type Closers, createClosers } from '../closers.ts';
import { namedInstant } from '../command-line/named-instant.ts';
import { readCommandLine } from '../command-line/read-command-line.ts';
import { type Core, openCore } from '../open-core.ts';
import { readConfig, secretsOf } from '../read-config.ts';
import { restoredCommand } from './restored-command.ts';
import { rewoundTopics } from './rewound-topics.ts';
import { verdictOf } from './verdict.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const write = (stream: NodeJS.WriteStream, text: string): Promise<void> =>
  new Promise((resolve) => void stream.write(`${text}\n`, () => resolve()));

async function declare(
  { mongo }: Core,
  named: { readonly at: string; readonly stoppedAt: string | null; readonly isAgain: boolean },
) {
  const { at, stoppedAt, isAgain } = named;
  const [from, to] = [namedInstant(at), stoppedAt === null ? null : namedInstant(stoppedAt)];
  if (Number.isNaN(from) || Number.isNaN(to)) throw new Error('There is no such time.');
  const wanted = { restoredAt: from, stoppedAt: to, isAgain };
  const declared = declareRestore(await mongo.epochs.load(), wanted, systemClock.now());
  if (typeof declared === 'string') throw new Error(declared);
  return declared;
}

async function carryOut(core: Core, declared: DeclaredRestore, act: StaffAct): Promise<number> {
  const { mongo, kafka, shareId } = core;
  await assertStopped({ budget: mongo.providerBudget, clock: systemClock }, shareId);
  // Timers are not read again, and their consumer charges: it must not run either.
  const stopped = Object.values(consumerGroups).map(({ group }) => group);
  const rewind = { stopped, reads: rewoundTopics, to: declared.restoredAt - marginMs };
  const rewound = await rewindGroups(kafka.client, rewind);
  // Only now: the groups and the shares have shown that no process runs. From here on none starts.
  await auditRestore({ audit: mongo.audit, clock: systemClock, hash: hashText }, declared, act);
  await mongo.epochs.save(declared);
  for (const { group, records } of rewound) await write(process.stdout, `${group} reads ${records} records again`);
  const waitMs = declared.stoppedAt + quietMs - systemClock.now();
  if (waitMs > 0) {
    await write(process.stderr, `Waiting until ${toIso(declared.stoppedAt + quietMs)} for requests under way.`);
    await systemClock.wait(waitMs);
  }
  const services = { ...core.services, epoch: () => declared };
  const recalled = await recall(services, mongo, declared, (object, readTo) => {
    process.stderr.write(`the provider's ${object}s are read up to ${toIso(readTo)}\n`);
  });
  const { newerRows, objects, changed } = recalled;
  await write(process.stdout, `${newerRows} rows of read models were newer than their documents, and are taken back`);
  await write(process.stdout, `${objects} payments and refunds of the provider were read; ${changed} were unknown`);
  const { code, names, sentence } = verdictOf(recalled);
  for (const name of names) await write(process.stdout, name);
  if (recalled.unavailable === null) {
    await core.services.relay.idle();
    const last = (await mongo.epochs.load()) ?? declared;
    await mongo.epochs.save({ ...last, completedAt: systemClock.now() });
  }
  await write(code === 0 ? process.stdout : process.stderr, sentence);
  return code;
}

async function restore(
  closers: Closers,
  { act, ...named }: Parameters<typeof declare>[1] & { readonly act: StaffAct },
  variables?: Variables,
) {
  const config = readConfig(variables);
  const secrets = secretsOf(config);
  const logged = { level: 'warn', service: 'restored', clock: systemClock, secrets, stream: process.stderr } as const;
  const { log, close } = createLog({ ...logged, report: undefined });
  try {
    const fail = (message: string, cause: unknown): void => log.error(message, {}, cause);
    const core = await openCore({ config, log, closers, fail, isRestoring: true }, silentMeter, silentTracer);
    return await carryOut(core, await declare(core, named), act);
  } finally {
    await closers.closeAll(log);
    await close();
  }
}

/**
 * Declares a restore and carries it through. 0: the services may start; 1: not yet, with a sentence that says why; 2: they may start, and
 * a person must look at the subscribers that are named.
 */
export async function runRestored(args: readonly string[], variables?: Variables): Promise<number> {
  const { values } = readCommandLine(restoredCommand, args);
  try {
    const { at = '', 'stopped-at': stoppedAt = null, again = false } = values;
    const act = staffActOf({ ...values, reason: `the backup of ${at} was restored` });
    return await restore(createClosers(), { at, stoppedAt, isAgain: again, act }, variables);
  } catch (error) {
    await write(process.stderr, error instanceof Error ? error.message : String(error));
    return 1;
  }
}
