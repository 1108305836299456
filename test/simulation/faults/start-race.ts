import type { ProviderServer } from '../provider/provider-server.ts';
import type { Database } from '../world/database.ts';
import { type Fleet, roles } from '../world/fleet.ts';
import type { People } from '../world/people.ts';
import type { Random } from '../world/random.ts';
import type { World } from '../world/world.ts';
import { type Hands, races } from './races.ts';

type Parts = {
  readonly database: Database;
  readonly fleet: Fleet;
  readonly people: People;
  readonly server: Pick<ProviderServer, 'refundInCabinet'>;
  /** Draws of its own: a life without a race goes on as it did. */
  readonly dice: Random;
  readonly vatChangesAt: number | null;
};

/** One life in three has a race, which begins wherever it can until the calm. */
export function startRace(world: World, { database, fleet, people, server, dice, vatChangesAt }: Parts): void {
  if (!dice.chance(1 / 3)) return;
  const race = dice.pick(races);
  const timers = fleet.groups.find(({ name }) => name === 'timers');
  const later = (inMs: number, run: () => void) =>
    world.scheduler.after(Math.ceil(inMs), () => {
      if (!world.isCalm()) run();
    });
  const handsOf = (userId: string): Hands => ({
    ...{ random: dice, vatChangesAt },
    order: (inMs, input) => later(inMs, () => people.give({ ...input, userId })),
    // Where the books are not compared, a refund of the cabinet whose notification is lost stays unknown.
    refundInCabinet: (inMs, paymentId) => {
      if (world.comparesBooks) later(inMs, () => server.refundInCabinet(paymentId));
    },
    stallTimers: (inMs, forMs) => {
      later(inMs, () => timers?.stall(true));
      later(inMs + forMs, () => timers?.stall(false));
    },
    rollOut: (inMs, workersAfterMs) => {
      later(inMs, () => fleet.upgrade('api'));
      for (const role of roles) later(inMs + workersAfterMs * dice.between(0.5, 1), () => fleet.upgrade(role));
    },
  });
  database.watch({
    onSave: (before, { subscriber: after }) => {
      if (world.isCalm()) return;
      const step = { before: before?.subscriber ?? null, after, now: world.scheduler.now() };
      race.begin(step, handsOf(after.userId));
    },
    onPull: () => undefined,
    onChange: () => undefined,
  });
}
