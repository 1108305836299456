import { type AwaitedOutcome, isOver } from '../../../src/application/requests/awaited-outcome.ts';
import type { SubscriberStore } from '../../../src/application/ports/subscriber-store.ts';
import type { Command } from '../../../src/domain/commands/index.ts';
import { secondMs } from '../../../src/domain/model/instant.ts';
import type { Entitlement, Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { Database } from '../world/database.ts';
import type { Machine } from '../world/machine.ts';
import type { World } from '../world/world.ts';
import { accessOf, isSameAccess } from './own-access.ts';

type Reads = Pick<SubscriberStore, 'findMany'>;

/** Judges what the API answers by what was saved, and by the document that it was read from. */
export type AnswerChecks = {
  /** Called when a wait begins; the returned function is called when it has ended. */
  readonly expectEnd: (machine: Machine, userId: string, waitMs: number) => () => void;
  readonly judge: (command: Command, awaited: AwaitedOutcome) => void;
  /** The same store, which remembers what it has answered. */
  readonly reading: (store: Reads) => { readonly store: Reads; readonly seen: () => readonly Subscriber[] };
  readonly judgeAccess: (
    seen: readonly Subscriber[],
    answers: ReadonlyMap<string, Entitlement>,
    asked: { readonly from: number; readonly until: number },
  ) => void;
};

/** A wait ends at its bound; answers that are on their way then take no longer than this. */
const endsWithinMs = secondMs;

export function createAnswerChecks(world: World, database: Pick<Database, 'watch' | 'documents'>): AnswerChecks {
  /** By command: each outcome that any document has had, and the final one that a client was given. */
  const saved = new Map<string, Set<string>>();
  const final = new Map<string, string>();
  database.watch({
    onSave: (before, { subscriber: { commands } }) => {
      for (const entry of commands) {
        if (entry.outcome === null || before?.subscriber.commands.includes(entry) === true) continue;
        const known = saved.get(entry.id) ?? new Set<string>();
        saved.set(entry.id, known.add(JSON.stringify(entry.outcome)));
      }
    },
    onPull: () => undefined,
    onChange: () => undefined,
    // What was answered before may have been undone, which is named (rule 22).
    onRestore: () => final.clear(),
  });
  const isForgotten = ({ userId, commandId }: Command): boolean =>
    database.documents.get(userId)?.subscriber.commands.every(({ id }) => id !== commandId) ?? true;

  return {
    expectEnd: (machine, userId, waitMs) => {
      let isEnded = false;
      const wakesAt = machine.sleepsUntil();
      world.scheduler.after(waitMs + endsWithinMs, () => {
        const wasAwake = !machine.isDead() && machine.sleepsUntil() === wakesAt;
        if (!isEnded && wasAwake) world.breach('22: a wait ends', userId, `after ${waitMs} ms`);
      });
      return () => void (isEnded = true);
    },
    judge: (command, awaited) => {
      const { userId, commandId } = command;
      world.visit('command', `a client is answered ${awaited.kind}`);
      if (awaited.kind !== 'ended') return;
      const { outcome, subscriber } = awaited;
      const text = JSON.stringify(outcome);
      const entry = subscriber?.commands.find(({ id }) => id === commandId);
      if (entry !== undefined && JSON.stringify(entry.outcome) !== text)
        world.breach('22: an answer is what the document says', userId, { outcome, document: entry.outcome });
      // The end of a page that the document has forgotten is read from its payment.
      if (saved.get(commandId)?.has(text) !== true && !isForgotten(command))
        world.breach('22: an answer was saved', userId, { commandId, outcome });
      // Read models may be behind: they answer what the document has forgotten.
      const isBehind = subscriber === null && !isOver(awaited) && world.swarm().rates.stale_read === 0;
      if (isBehind && !isForgotten(command))
        world.breach('22: an answer is what the document says', userId, { outcome, document: 'not asked' });
      if (!isOver(awaited)) return;
      const earlier = final.get(commandId) ?? text;
      if (earlier !== text) world.breach('22: a final answer stays', userId, { commandId, earlier, outcome });
      final.set(commandId, text);
    },
    reading: (store) => {
      let read: readonly Subscriber[] = [];
      const findMany: Reads['findMany'] = async (userIds) => (read = await store.findMany(userIds));
      return { store: { findMany }, seen: () => read };
    },
    judgeAccess: (seen, answers, { from, until }) => {
      for (const [userId, answer] of answers) {
        const subscription = seen.find((one) => one.userId === userId)?.subscription ?? null;
        const own = [from, until].map((at) => accessOf(subscription, at));
        if (!own.some((access) => isSameAccess(answer, access)))
          world.breach('24: an answer about access is what the document says', userId, { answer, own });
      }
    },
  };
}
