import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Document } from 'mongodb';
import { clearState } from '../../stack/data-of-a-run.ts';
import { developmentEnvironment, isolated } from '../../stack/development-environment.ts';
import { startStack, type System } from '../../stack/embedded-stack.ts';
import { projectRoot } from '../../stack/folders.ts';
import type { ProgramName, Running } from '../../stack/launch.ts';
import { runNode } from '../../stack/run-node.ts';
import { developmentSecrets } from '../../stack/secrets.ts';
import { migrate, ourServices, type ServicePlan, startServices } from '../../stack/services.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { connectMongo, type MongoConnection } from '../../src/adapters/mongo/connection.ts';
import { type BillingClient, openBillingClient } from '../../tools/client/billing-client.ts';
import { createSandboxClient } from '../../tools/client/sandbox-client.ts';
import { eventually } from '../../tools/client/eventually.ts';
import type { Fact } from './evidence.ts';
import { lagOf, openKafka, readLog } from './read-log.ts';
import { pause } from './pause.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** Killed consumers stay members of their groups for 10 s. */
const leavingMsMax = 30_000;
const restoreMsMax = 120_000;
const again = { patienceMs: 30_000, everyMs: 100 };
/** Two purchases, a cancel, and an order of staff. */
const commandsGiven = 4;
/** What a restore stops and starts: everything of ours but the provider's stand-in. */
const stopped = ['api', 'jobs', 'consumers'] as const satisfies readonly ProgramName[];
const withOnly = (names: readonly ProgramName[]): ServicePlan => ({
  ...ourServices,
  groups: ourServices.groups.map((group) => group.filter(({ name }) => names.includes(name))),
});
/** The clock of the subscribers lies so far back that all they live through is past: the books of it can be compared. */
const livesMs = 120 * hourMs;

type Dump = ReadonlyMap<string, readonly Document[]>;

async function dump({ db }: MongoConnection): Promise<Dump> {
  const names = (await db.listCollections().toArray()).map(({ name }) => name);
  const read = names.map(async (name) => [name, await db.collection(name).find().toArray()] as const);
  return new Map(await Promise.all(read));
}

/** All but the test clocks: time does not go back. */
async function putBack({ db }: MongoConnection, backup: Dump): Promise<void> {
  for (const { name } of await db.listCollections().toArray()) {
    if (name === 'test_clocks') continue;
    await db.collection(name).deleteMany({});
    const documents = backup.get(name) ?? [];
    if (documents.length > 0) await db.collection(name).insertMany([...documents]);
  }
}

type Sandbox = ReturnType<typeof createSandboxClient>;

const iso = (at: number): string => new Date(at).toISOString();
const status = async (user: BillingClient): Promise<unknown> =>
  ((await user.profile()).json as { readonly status?: unknown }).status;

async function buyDays(user: BillingClient, sandbox: Sandbox, userId: string, clock: string): Promise<void> {
  await user.buy('day', { headers: { 'X-Test-Clock': clock } });
  await sandbox.payPage(userId);
  await eventually(
    () => status(user),
    (found) => found === 'active',
    again,
  );
}

type Paid = { readonly id: string; readonly status: string; readonly metadata: { readonly payment_id: string } };

/** Kills our processes at once, and waits until they are gone. */
async function killAll(running: ReadonlyMap<ProgramName, Running>): Promise<void> {
  for (const name of stopped) {
    const one = running.get(name);
    if (one === undefined) continue;
    process.kill(one.identity.pid, 'SIGKILL');
    await one.ended;
  }
}

type Program = { readonly name: 'restored' | 'reconcile'; readonly args: readonly string[] };

/** Returns what it printed. */
async function run(system: System, environment: NodeJS.ProcessEnv, { name, args }: Program): Promise<string> {
  const logPath = join(system.folders.logs, `${name}.log`);
  const program = [join(projectRoot, `src/${name}.ts`), ...args];
  await runNode({ name, args: program, environment, logPath, timeoutMs: restoreMsMax, signal: system.signal });
  return readFileSync(logPath, 'utf8');
}

const refusalOf = (error: unknown): string => (error instanceof StackFailure ? error.details.join(' ') : '');

/** Step 4 of docs/disaster.md. The command is refused while Kafka still counts the killed consumers. */
async function declareRestored(system: System, environment: NodeJS.ProcessEnv, args: readonly string[]): Promise<void> {
  const deadlineMs = performance.now() + leavingMsMax;
  for (;;) {
    try {
      await run(system, environment, { name: 'restored', args });
      return;
    } catch (error) {
      if (!refusalOf(error).includes('Consumers still run') || performance.now() > deadlineMs) throw error;
      await pause(1_000, system.signal);
    }
  }
}

/** The commands that have ended, by what history shows. */
async function endedCommands({ db }: MongoConnection): Promise<readonly string[]> {
  const rows = await db
    .collection('commands')
    .find({ outcome: { $ne: null } })
    .toArray();
  return rows.map(({ _id: id }) => String(id)).toSorted();
}

const highest = (facts: readonly Fact[], userId: string): number =>
  Math.max(0, ...facts.filter((fact) => fact.userId === userId).map(({ sequence }) => sequence));

function check(what: string, isTrue: boolean, seen: unknown): void {
  if (!isTrue) throw new StackFailure(`${what} does not hold: ${JSON.stringify(seen)}`);
}

/**
 * docs/disaster.md, step by step: dump, charge for a day, kill everything, restore, come up later than a key lives. One user
 * is renewed after the backup, and another one buys after it.
 */
export async function drill(supervised: System): Promise<void> {
  clearState(supervised.folders);
  const running = new Map<ProgramName, Running>();
  const system: System = { ...supervised, watch: (one) => void running.set(one.name, one) };
  const { folders, ports, say } = system;
  const addresses = await startStack(system);
  const secrets = developmentSecrets(folders.data, {});
  const table = developmentEnvironment({ mode: 'test', data: folders.data, ports, addresses, secrets, security: null });
  const environment = isolated(table, process.env);
  await migrate(system, environment, ourServices);
  await startServices(system, environment, ourServices);
  const mongo = await connectMongo({ url: addresses.MONGODB_URL, serverSelectionTimeoutMs: 30_000 });
  try {
    const [renewed, late, staffId] = [randomUUID(), randomUUID(), randomUUID()];
    const api = `http://127.0.0.1:${ports.api}`;
    const sandbox = createSandboxClient(`http://127.0.0.1:${ports.sandbox}`);
    const [first, second] = await Promise.all(
      [renewed, late].map((userId) => openBillingClient(api, { userId }, environment)),
    );
    const staff = await openBillingClient(api, { userId: staffId, superuser: true }, environment);
    if (first === undefined || second === undefined) throw new Error('no clients');
    const paidBy = async (userId: string): Promise<readonly Paid[]> =>
      ((await sandbox.ledgerOf(userId)).payments as unknown as readonly Paid[]).filter(
        (one) => one.status === 'succeeded',
      );

    const startedAt = Date.now() - livesMs;
    const clock = await staff.createClock('drill', iso(startedAt));
    await buyDays(first, sandbox, renewed, clock);
    const backup = await dump(mongo);
    say('  the backup is made');

    await staff.advanceClock(clock, iso(startedAt + 25 * hourMs));
    check('the renewal after the backup', (await paidBy(renewed)).length === 2, await paidBy(renewed));
    await buyDays(second, sandbox, late, clock);
    await first.cancel();
    // Nothing is held, so it is rejected, and again when it is read again: staff must hear of that.
    const release = { body: { reason: 'the bank called' }, headers: { 'Idempotency-Key': 'drill' } };
    const released = await staff.ask(`/admin/api/subscribers/${late}/release`, release);
    check('the order of staff', released.status === 409, released);
    const charged = await paidBy(renewed);
    const acknowledged = await eventually(
      () => endedCommands(mongo),
      ({ length }) => length === commandsGiven,
      again,
    );
    const before = (await readLog(openKafka(addresses.KAFKA_BROKERS))).facts;

    // Ten minutes of quiet are for requests under way. Here the provider has answered all of them.
    const restored = [
      '--at',
      iso(startedAt - 20 * minuteMs),
      '--stopped-at',
      iso(Date.now() - 11 * minuteMs),
      '--actor',
      'drill',
    ];
    const refusal = await run(system, environment, { name: 'restored', args: restored }).then(() => '', refusalOf);
    check('a restore is refused while the services run', refusal.includes('still run: 3.'), refusal);
    await killAll(running);
    await putBack(mongo, backup);
    say('  everything of ours is killed, and the database is that of the backup');
    const upAt = startedAt + 51 * hourMs;
    await sandbox.control('clock', { clock, now: iso(upAt) });
    const clocks = mongo.db.collection<{ readonly _id: string }>('test_clocks');
    await clocks.updateOne({ _id: clock }, { $set: { now: upAt, target: upAt } });
    await migrate(system, environment, ourServices);
    await declareRestored(system, environment, restored);
    await startServices(system, environment, withOnly(['consumers', 'api']));
    const kafka = openKafka(addresses.KAFKA_BROKERS);
    await eventually(
      () => lagOf(kafka),
      (lag) => lag === 0,
      again,
    );
    await startServices(system, environment, withOnly(['jobs']));

    // The commands since the backup are read again; the key of the renewal is older than the provider remembers.
    await eventually(
      () => status(second),
      (found) => found === 'active',
      again,
    );
    const isCanceled = async (): Promise<unknown> => (await first.profile()).json;
    await eventually(isCanceled, (profile) => (profile as { readonly renew?: unknown }).renew === false, again);
    await staff.advanceClock(clock, iso(startedAt + 100 * hourMs));
    check('no second charge', JSON.stringify(await paidBy(renewed)) === JSON.stringify(charged), await paidBy(renewed));
    const names = (await paidBy(late)).map(({ metadata }) => metadata.payment_id);
    check(
      'each period of the late buyer is paid once',
      new Set(names).size === names.length && names.length > 1,
      names,
    );
    const { facts } = await readLog(kafka);
    for (const userId of [renewed, late]) {
      const records = facts.filter((fact) => fact.userId === userId && fact.topic.includes('entitlements'));
      const sequences = records.map(({ sequence }) => sequence);
      // Repeats are delivered at least once, and readers skip them. The last record must be above all before it.
      const last = sequences.at(-1) ?? 0;
      check('no reader is deaf', last === Math.max(...sequences) && last > highest(before, userId), sequences);
    }
    const ended = await endedCommands(mongo);
    check('every acknowledged command has ended', isDeepStrictEqual(ended, acknowledged), { ended, acknowledged });
    const alarms = facts
      .filter(({ type }) => type === 'invariant.violated')
      .map(({ userId, text }) => `${userId} ${text}`);
    const isNamed = alarms.length === 1 && alarms[0]?.startsWith(late) === true && alarms[0].includes('was rejected');
    check('the order of staff that is rejected again is named, and nothing else', isNamed, alarms);
    const window = ['--from', iso(startedAt - 24 * hourMs), '--to', iso(Date.now())];
    const books = await run(system, environment, { name: 'reconcile', args: window });
    check('the books were compared', /: [1-9]\d* payments/.test(books), books);
    say('  no second charge, no reader is deaf, every acknowledged command has ended, and the books agree');
  } finally {
    await mongo.close();
  }
}
