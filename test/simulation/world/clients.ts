import { createSigner } from '../../../src/adapters/http/auth/digests.ts';
import { issueCommandToken, readCommandToken } from '../../../src/adapters/http/routes/command-token.ts';
import { type AwaitOutcome, createAwaitOutcome } from '../../../src/application/requests/await-outcomes.ts';
import { type AwaitedOutcome, isOver } from '../../../src/application/requests/awaited-outcome.ts';
import { readCommandStatus } from '../../../src/application/requests/read-command-status.ts';
import { readEntitlements } from '../../../src/application/requests/read-entitlement.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import type { Command } from '../../../src/domain/commands/index.ts';
import { hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { AnswerChecks } from '../checks/answers.ts';
import type { KeyRings } from './key-rings.ts';
import type { Machine } from './machine.ts';
import type { Random } from './random.ts';
import type { Worker } from './worker.ts';
import type { World } from './world.ts';

/** Websites that wait for what became of a command, and services that ask who may watch. */
export type Clients = {
  /** The API has taken the command: its client waits for the outcome, and then for the end of a page. */
  readonly follow: (worker: Worker, command: Command) => void;
};

type Parts = {
  readonly api: () => Worker | null;
  readonly rings: KeyRings;
  readonly userIds: readonly string[];
  readonly createChecks: () => AnswerChecks;
};

/** Shorter than in production: a wait asks fifty times a second, and each time is a step of the life. */
const waitMsMax = 4 * secondMs;
const streamMs = 10 * secondMs;
/** Clients keep the address of a status for about as long as a payment page lives. */
export const statusKeptMs = hourMs;

/** In one life in eight clients wait. They draw from dice of their own: the other lives go on as they did. */
export function createClients(world: World, { api, rings, userIds, createChecks }: Parts, dice: Random): Clients {
  if (!dice.chance(1 / 8)) return { follow: () => undefined };
  const { scheduler } = world;
  const checks = createChecks();
  const awaiters = new WeakMap<Machine, AwaitOutcome>();
  const awaiterOf = ({ machine, services }: Worker): AwaitOutcome => {
    const known = awaiters.get(machine) ?? createAwaitOutcome(services);
    awaiters.set(machine, known);
    return known;
  };
  const signerOf = (): ReturnType<typeof createSigner> => createSigner(rings.keysOf('api'));

  /** The API answers an outage with an error, and the client asks again. */
  const outageOnly = (error: unknown): void => {
    if (!(error instanceof Fault)) world.breach('something throws', null, `a request: ${String(error)}`);
  };

  const wait = async (worker: Worker, command: Command, until: 'answer' | 'end'): Promise<AwaitedOutcome> => {
    const { commandId, userId, bodyHash } = command;
    const waitMs = until === 'answer' ? Math.ceil(dice.spread(100, waitMsMax)) : streamMs;
    const signal = new AbortController().signal;
    const ended = checks.expectEnd(worker.machine, userId, waitMs);
    const wanted = { commandId, userId, bodyHash, mayBeOld: until === 'answer', until, waitMs, signal };
    const awaited = await awaiterOf(worker)(wanted);
    ended();
    checks.judge(command, awaited);
    return awaited;
  };
  /** As the stream of statuses: each status follows the one before, to the end of the command. */
  const stream = async (worker: Worker, command: Command): Promise<void> => {
    const now = await readCommandStatus(worker.services, command);
    checks.judge(command, now);
    if (!isOver(now)) await wait(worker, command, now.kind === 'pending' ? 'answer' : 'end');
  };
  const openStatus = (token: string, command: Command): void => {
    const worker = api();
    if (worker === null) return;
    const claim = readCommandToken(signerOf(), token, command.userId);
    if (claim?.commandId !== command.commandId)
      world.breach('40: the address of a status opens', command.userId, command.commandId);
    else void stream(worker, command).catch(outageOnly);
  };
  const askWhoMayWatch = async ({ services, machine }: Worker): Promise<void> => {
    const askedAt = machine.clock.now();
    const { store, seen } = checks.reading(services.store);
    const answers = await readEntitlements({ ...services, testClocks: null, store }, userIds);
    checks.judgeAccess(seen(), answers, { from: askedAt, until: machine.clock.now() });
  };

  return {
    follow: (worker, command) => {
      if (world.isCalm()) return;
      const token = issueCommandToken(signerOf(), command, command.userId);
      wait(worker, command, 'answer')
        .then(() => askWhoMayWatch(worker))
        .catch(outageOnly);
      if (dice.chance(0.3))
        scheduler.after(Math.ceil(dice.spread(secondMs, statusKeptMs - minuteMs)), () => openStatus(token, command));
    },
  };
}
