import { assertEncryptionKeys, markEncryptionKeys } from '../../../src/adapters/mongo/encryption-key-mark.ts';
import { sealWithFirstKey } from '../../../src/adapters/mongo/seal-with-first-key.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import { hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { Fleet } from '../world/fleet.ts';
import { type Role, roles } from '../world/roles.ts';
import { statusKeptMs } from '../world/clients.ts';
import { type KeyRings, type Keys, newKey, oldKey } from '../world/key-rings.ts';
import type { People } from '../world/people.ts';
import type { Random } from '../world/random.ts';
import type { SealedRows } from '../world/sealed-rows.ts';
import type { World } from '../world/world.ts';

/** The key that seals is replaced while the program runs, as docs/running.md says ("Keys of the database"). */
export type Rotation = {
  readonly plan: (world: World, parts: Parts) => void;
  /** Whether the old key is gone; null in lives that keep it. */
  readonly isOver: () => boolean | null;
};

type Parts = {
  readonly fleet: Fleet;
  readonly rings: KeyRings;
  readonly rows: SealedRows;
  readonly people: Pick<People, 'give'>;
  readonly userIds: readonly string[];
  readonly start: number;
  readonly lastsMs: number;
};

/** In a longer roll nothing else happens, and the calm must see the end of the last one. */
const rollMsMax = 6 * hourMs;
const stallMsMax = 12 * hourMs;

/** One life in six replaces its key. It draws from dice of its own: the other lives go on as they did. */
export function createRotation(dice: Random): Rotation {
  const isPlanned = dice.chance(1 / 6);
  let isOver: boolean | null = null;
  return {
    isOver: () => isOver,
    plan: (world, parts) => {
      if (!isPlanned) return;
      const begin = (): void => {
        if (world.isCalm()) return;
        isOver = false;
        replaceKey(world, parts, dice).then(
          () => void (isOver = true),
          (error: unknown) => world.breach('something throws', null, `the key could not be replaced: ${String(error)}`),
        );
      };
      const at = parts.start + Math.ceil(parts.lastsMs * dice.between(0.05, 0.8));
      // Most of a life is idle, and what is under way is what a roll may disturb.
      world.scheduler.at(at, () => world.whenBusy(begin));
    },
  };
}

/** Subscribers give what is sealed, and sometimes it waits in Kafka for hours. */
function giveSecrets(world: World, { fleet, people, userIds }: Parts, dice: Random): void {
  if (world.isCalm()) return;
  const [commands] = fleet.groups;
  if (dice.chance(0.3)) {
    commands?.stall(true);
    world.scheduler.after(Math.ceil(dice.spread(minuteMs, stallMsMax)), () => commands?.stall(false));
  }
  for (const userId of userIds.filter(() => dice.chance(0.5)))
    people.give({ type: 'receipt_contact.set', userId, email: `v1.${dice.id()}`, phone: null });
}

async function replaceKey(world: World, parts: Parts, dice: Random): Promise<void> {
  const { fleet, rings, rows } = parts;
  const { scheduler, story } = world;
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void scheduler.after(Math.ceil(ms), resolve));
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await wait(minuteMs);
  };
  const hasKeys = (role: Role, keys: Keys): boolean =>
    fleet.find(role) !== null && rings.keysOf(role).join() === keys.join();

  /** A deploy step, and then each process in any order. False where the step refuses the keys, and nothing changes. */
  const deploy = async (keys: Keys): Promise<boolean> => {
    try {
      await markEncryptionKeys(rows.models, keys);
      await assertEncryptionKeys(rows.models, keys);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      story.add(null, `the deploy step refuses the keys ${keys.join()}`);
      return false;
    }
    story.add(null, `the keys ${keys.join()} are deployed`);
    const left = [...roles];
    for (let next = left[0]; next !== undefined; next = left[0]) {
      const [role = next] = left.splice(dice.integer(0, left.length - 1), 1);
      rings.configure(role, keys);
      fleet.redeploy(role);
      giveSecrets(world, parts, dice);
      await wait(dice.spread(secondMs, rollMsMax / roles.length));
    }
    await until(() => roles.every((role) => hasKeys(role, keys)));
    return true;
  };
  /** `npm run reseal`. It may die, and the store may be unavailable. */
  const reseal = (keys: Keys): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const { machine } = fleet.enter('reseal', () => resolve(false));
      sealWithFirstKey({ db: rows.dbOf(machine), models: rows.models }, rings.under(keys), keys, world.random.id).then(
        () => resolve(true),
        (error: unknown) => (error instanceof Fault ? resolve(false) : reject(error as Error)),
      );
    });
  /** What was published with texts of the old key is handled: commands, those of blocked keys too, and dead letters. */
  const areHandled = (): boolean => fleet.groups[0]?.lag() === 0 && rows.uncopied() === 0;

  await markEncryptionKeys(rows.models, [oldKey]);
  await deploy([oldKey, newKey]);
  await deploy([newKey, oldKey]);
  let isSealed = false;
  while (!isSealed) {
    // Someone does not wait, and the service must refuse that.
    if (dice.chance(0.3) && (await deploy([newKey]))) break;
    await until(areHandled);
    isSealed = await reseal([newKey, oldKey]);
    story.add(null, isSealed ? 'every text is sealed anew' : 'sealing anew breaks off');
    await wait(dice.spread(secondMs, hourMs));
  }
  // Clients may still hold addresses of statuses that the old key has signed.
  await wait(statusKeptMs);
  await deploy([newKey]);
  story.add(null, 'the old key is gone');
  world.visit('race', 'a key that is replaced');
}
