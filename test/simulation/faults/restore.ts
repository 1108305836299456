import type { DeclaredRestore, Epochs } from '../../../src/application/ports/epochs.ts';
import { handleDuplicate } from '../../../src/application/operations/handle-duplicate.ts';
import { declareRestore, quietMs } from '../../../src/application/restore/declare-restore.ts';
import { recall } from '../../../src/application/restore/recall.ts';
import { rewoundTopics } from '../../../src/composition/restore/rewound-topics.ts';
import { marginMs } from '../../../src/domain/model/epoch.ts';
import { dayMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { BackUp } from '../../fakes/back-up.ts';
import type { BlockedStore } from '../world/blocked-store.ts';
import type { Database } from '../world/database.ts';
import type { Fleet } from '../world/fleet.ts';
import type { SimulatedLog } from '../world/message-log.ts';
import type { Random } from '../world/random.ts';
import { watchTopicTimes } from '../world/topic-times.ts';
import type { Worker } from '../world/worker.ts';
import type { World } from '../world/world.ts';
import type { Swarm } from './swarm.ts';

/** The command refuses a backup that is older, and the restore takes time. */
const refusedAgeMs = 30 * dayMs;
const backupAgeMsMax = 25 * dayMs;
/** The last requests of processes that have ended arrive within this time. */
const stoppedMsMin = 2 * quietMs;
const stoppedMsMax = 2 * dayMs;

type Parts = {
  readonly fleet: Fleet;
  readonly database: Database;
  readonly log: SimulatedLog;
  readonly blocked: BlockedStore;
  /** The checks remember what the database forgets, where it counts. */
  readonly backUpChecks: BackUp;
  readonly start: number;
  readonly lastsMs: number;
};

/** The database goes back in the middle of a life. The provider, Kafka and its readers keep what it forgets. */
export type Restore = {
  readonly isPlanned: boolean;
  readonly declared: () => DeclaredRestore | null;
  /** What the provider denies for days is on none of its lists, so a restore cannot recall it. */
  readonly over: (swarm: Swarm) => Swarm;
  readonly plan: (world: World, parts: Parts) => void;
};

type Command = Pick<Parts, 'fleet' | 'database'> & { readonly epochs: Epochs };

/** What `npm run restored` does, again and again until it is complete. */
function carryOut(world: World, parts: Command, onComplete: () => void): void {
  const { fleet, database, epochs } = parts;
  const again = (): void => void world.scheduler.after(minuteMs, () => carryOut(world, parts, onComplete));
  const walk = async ({ machine, services }: Worker): Promise<void> => {
    const declared = await epochs.load();
    if (declared === null) throw new Error('no restore was declared');
    const { writer: readModels } = database.readModelsOf(machine, ({ userId, row }) =>
      handleDuplicate(services, userId, row),
    );
    const newerRows = database.newerRowsOf(machine);
    const recalled = await recall(services, { epochs, newerRows, readModels }, declared, () => undefined);
    const { unavailable, unrecalled } = recalled;
    if (unrecalled.length > 0) world.breach('something throws', null, `not recalled: ${JSON.stringify(unrecalled)}`);
    if (unavailable !== null) {
      again();
      return;
    }
    await services.relay.idle();
    const last = (await epochs.load()) ?? declared;
    await epochs.save({ ...last, completedAt: machine.clock.now() });
    onComplete();
  };
  const worker = fleet.enter('restored', again);
  walk(worker).catch((error: unknown) => {
    world.story.add(null, `the restore breaks off: ${String(error)}`);
    again();
  });
}

/** One life in eight has a restore. It draws from dice of its own: the other lives go on as they did. */
export function createRestore(dice: Random): Restore {
  const isPlanned = dice.chance(1 / 8);
  let declared: DeclaredRestore | null = null;
  const epochs: Epochs = {
    load: () => Promise.resolve(declared),
    save: (next) => Promise.resolve(void (declared = next)),
  };
  return {
    isPlanned,
    declared: () => declared,
    over: (swarm) => (isPlanned ? { ...swarm, rates: { ...swarm.rates, hidden: 0, wrong_amount: 0 } } : swarm),
    plan: (world, { fleet, database, log, blocked, backUpChecks, start, lastsMs }) => {
      if (!isPlanned) return;
      const { scheduler, story } = world;
      const times = watchTopicTimes(world, log, fleet.groups, rewoundTopics);
      // Often so early that it knows none of the purchases.
      const backupAt = start + Math.ceil(lastsMs * dice.spread(0.0005, 0.7));
      const end = start + lastsMs - dayMs / 4;
      const stoppedAt = backupAt + Math.ceil(dice.spread(minuteMs, Math.min(backupAgeMsMax, end - backupAt)));
      // Where single documents are restored, the read models stay as they are.
      const withReadModels = dice.chance(0.5);
      const stoppedMs = Math.ceil(dice.spread(stoppedMsMin, stoppedMsMax));
      // A life that is too short for it goes on without.
      if (stoppedAt + stoppedMs > end) return;

      scheduler.at(backupAt, () => {
        const putBack = [database.backUp(), blocked.backUp(), backUpChecks()] as const;
        // Rather too early than too late. What consumers had not handled by then is older than the backup.
        const restoredAt = times.oldestWaiting() - Math.ceil(dice.spread(secondMs, 6 * 60 * minuteMs));
        // What has waited for days makes it older. Such a life goes on without.
        if (stoppedAt + stoppedMs - restoredAt >= refusedAgeMs) return;
        story.add(null, 'a backup is taken');
        scheduler.at(stoppedAt, () => {
          story.add(null, 'every process ends, and the database goes back');
          fleet.stopAll();
        });
        scheduler.at(stoppedAt + stoppedMs, () => {
          const [documents, queues, checks] = putBack;
          checks();
          queues();
          documents(withReadModels);
          const next = declareRestore(declared, { restoredAt, stoppedAt }, scheduler.now());
          if (typeof next === 'string') throw new Error(next);
          times.rewind(restoredAt - marginMs);
          declared = next;
          story.add(null, 'the restore is declared');
          world.visit('race', 'a database that goes back');
          carryOut(world, { fleet, database, epochs }, () => {
            story.add(null, 'the restore is complete');
            fleet.startAll();
          });
        });
      });
    },
  };
}
