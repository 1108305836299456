import type { ProviderServer } from '../provider/provider-server.ts';
import type { Database } from '../world/database.ts';
import type { Fleet } from '../world/fleet.ts';
import { roles } from '../world/roles.ts';
import type { People } from '../world/people.ts';
import type { Random } from '../world/random.ts';
import type { World } from '../world/world.ts';
import { type Hands, type Race, races, receiptRaces } from './races.ts';

type Parts = {
  readonly database: Database;
  readonly fleet: Fleet;
  readonly people: People;
  readonly server: Pick<ProviderServer, 'refundInCabinet' | 'failRefundReceipts'>;
};

/** The race begins wherever it can until the calm. */
function startRace(world: World, { database, fleet, people, server }: Parts, race: Race, dice: Random): void {
  const timers = fleet.groups.find(({ name }) => name === 'timers');
  const later = (inMs: number, run: () => void) =>
    world.scheduler.after(Math.ceil(inMs), () => {
      if (!world.isCalm()) run();
    });
  const handsOf = (userId: string): Hands => ({
    ...{ random: dice, vatChangesAt: world.receipts?.vatCodes[1]?.from ?? null },
    order: (inMs, input) => later(inMs, () => people.give({ ...input, userId })),
    failRefundReceipts: server.failRefundReceipts,
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

/** Where a clock is ahead, notices that a contact is missing are too rare to meet it by chance. */
const receiptRaceChance = (world: World): number => (world.swarm().aheadRole === null ? 1 / 5 : 2 / 3);

/**
 * One life in three has a race. Of the lives with receipts one in five has one that is about them, drawn with dice of its own
 * (null: none): the other lives go on as they did.
 */
export function startRaces(world: World, parts: Parts, dice: Random, ownDice: Random | null): void {
  if (dice.chance(1 / 3)) startRace(world, parts, dice.pick(races), dice);
  if (world.receipts !== null && ownDice?.chance(receiptRaceChance(world)))
    startRace(world, parts, ownDice.pick(receiptRaces), ownDice);
}
