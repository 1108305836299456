import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { Entry } from '../provider/provider-ledger.ts';
import type { ProviderServer } from '../provider/provider-server.ts';
import { topicNames } from '../../../src/messages/topics.ts';
import type { Database } from '../world/database.ts';
import type { Fleet } from '../world/fleet.ts';
import { roles } from '../world/roles.ts';
import { partitionCount, type SimulatedLog } from '../world/message-log.ts';
import type { World } from '../world/world.ts';
import { timeFaults, type TimeFault } from './swarm.ts';

type Parts = {
  readonly fleet: Fleet;
  readonly database: Database;
  readonly log: SimulatedLog;
  readonly provider: { readonly breakDown: (ms: number) => void; readonly recover: () => void };
  readonly userIds: readonly [string, ...string[]];
  /** Delivers a notification that the provider never sent. */
  readonly forgeHint: () => void;
  readonly server: Pick<ProviderServer, 'makeForeign' | 'refundInCabinet'>;
};

/** Outages of our own services are short, because long ones only repeat the same wait. */
const ownOutageMsMax = 2 * hourMs;
const garbage = [
  { ce_type: 'cinema.billing.subscription.pay.v1', ce_id: 'x' },
  { ce_type: 'cinema.billing.subscription.pay.v9', ce_id: 'x' },
  { ce_type: 'nonsense' },
  {},
] as const;

/** Strikes whole processes and services, each kind of fault at its own random times, until the calm. */
export type Weather = {
  readonly clearUp: () => void;
  /** Sometimes the API accepts a cancel before a renewal, and the consumer handles it after: `acceptedAt` must decide. */
  readonly delayCancel: (renewalAt: number, cancel: () => void) => void;
  /** Sometimes the database fails between the read of late money and its save. Nothing else reports that money. */
  readonly failAfterRead: (entry: Entry) => void;
};

export function startWeather(world: World, parts: Parts): Weather {
  const { random, scheduler, story } = world;
  const { fleet, database, log, provider } = parts;
  const services = { store_outage: database, broker_outage: log, provider_outage: provider };

  const outage = (kind: keyof typeof services): void => {
    const longest =
      kind === 'provider_outage' ? world.swarm().outageMsMax : Math.min(ownOutageMsMax, world.swarm().outageMsMax);
    const ms = Math.ceil(random.spread(secondMs, longest));
    story.add(null, `${kind} for ${Math.round(ms / secondMs)} s`);
    world.noteFault(kind, null, ms);
    services[kind].breakDown(ms);
  };
  let isRolled = false;
  /** A newer version replaces this one, process by process in any order, within two days. */
  const rollOut = (): void => {
    if (isRolled) return;
    isRolled = true;
    const lastsMs = random.spread(minuteMs, 2 * dayMs);
    world.noteFault('rollout', null, lastsMs);
    for (const role of roles) scheduler.after(Math.ceil(random.between(0, lastsMs)), () => fleet.upgrade(role));
  };
  const machineAtRandom = () => fleet.find(random.pick(roles))?.machine;
  const groupAtRandom = () => fleet.groups[random.integer(0, fleet.groups.length - 1)];
  /** The keeper answers each old record with a new one: repeated rewinds would double the topic each time. */
  const rewindable = fleet.groups.filter(({ name }) => name !== 'keeper');

  const effects: Readonly<Record<TimeFault, () => void>> = {
    crash: () => machineAtRandom()?.kill(),
    blackout: () => roles.forEach((role) => fleet.find(role)?.machine.kill()),
    pause: () => {
      const machine = machineAtRandom();
      const ms = Math.ceil(random.spread(secondMs, 10 * minuteMs));
      world.noteFault('pause', null, ms);
      machine?.pause(ms);
      if (machine !== undefined && ms > 10 * secondMs) scheduler.after(10 * secondMs, () => fleet.evict(machine));
    },
    rebalance: () => {
      const group = groupAtRandom();
      if (group !== undefined) fleet.rebalance(group, random.integer(0, partitionCount - 1));
    },
    rewind: () => {
      const group = rewindable[random.integer(0, rewindable.length - 1)];
      const offset = random.integer(0, 30);
      story.add(null, `${group?.name ?? ''} begins again at ${offset}`);
      group?.rewind(random.integer(0, partitionCount - 1), offset);
    },
    clock_jump: () => {
      const limit = world.swarm().skewMs;
      machineAtRandom()?.jump(random.between(-limit, limit));
      for (const job of fleet.jobs()) job.replan();
    },
    group_stall: () => {
      // Half of the stalls are of the commands, so that accepted commands wait while other events effects.
      const group = random.chance(0.5) ? fleet.groups[0] : groupAtRandom();
      const ms = Math.ceil(random.spread(minuteMs, world.swarm().outageMsMax));
      story.add(null, `${group?.name ?? ''} stands still for ${Math.round(ms / secondMs)} s`);
      world.noteFault('group_stall', null, ms);
      group?.stall(true);
      scheduler.after(ms, () => group?.stall(false));
    },
    store_outage: () => outage('store_outage'),
    broker_outage: () => outage('broker_outage'),
    provider_outage: () => outage('provider_outage'),
    forged_hint: parts.forgeHint,
    foreign_payment: parts.server.makeForeign,
    cabinet_refund: () => parts.server.refundInCabinet(),
    poison: () => {
      const topic = random.pick([topicNames.commands, topicNames.hints, topicNames.timers]);
      const key = random.pick(parts.userIds);
      log.append({ topic, key, headers: random.pick(garbage), schema: 'none', value: { userId: 17 } });
    },
    rollout: rollOut,
    store_slow: () => {
      const ms = Math.ceil(random.spread(minuteMs, ownOutageMsMax));
      story.add(null, `the database is slow for ${Math.round(ms / secondMs)} s`);
      world.noteFault('store_slow', null, ms);
      database.slowDown(ms);
    },
    registry_outage: () => {
      const ms = Math.ceil(random.spread(minuteMs, ownOutageMsMax));
      story.add(null, `the registry is unavailable for ${Math.round(ms / secondMs)} s`);
      world.noteFault('registry_outage', null, ms);
      log.loseRegistry(ms);
    },
  };
  const strike = (fault: TimeFault): void => {
    if (world.isCalm()) return;
    for (const userId of parts.userIds) world.visit('fault', `${world.paymentStateOf.current(userId)} × ${fault}`);
    world.noteFault(fault, null);
    effects[fault]();
  };
  world.onPaired((inMs, fault) => scheduler.after(inMs, () => strike(fault)));
  const arm = (fault: TimeFault): void => {
    const meanMs = world.swarm().meanMs[fault];
    if (meanMs === null) return;
    const inMs = Math.ceil(Math.min(-Math.log(1 - random.next()) * meanMs, 400 * dayMs));
    scheduler.after(inMs, () => {
      if (world.isCalm()) return;
      // Processes are idle most of the time, so most faults wait for a moment with work under way.
      if (random.chance(0.6)) world.whenBusy(() => strike(fault));
      else strike(fault);
      arm(fault);
    });
  };
  for (const fault of timeFaults) arm(fault);
  const isRepeating = world.swarm().rates.produce_repeated > 0;
  /** A producer's late batch lands after everything else, so an old access record would be the last one. */
  const repeatOldAccess = (): void => {
    for (const records of log.partitionsOf(topicNames.entitlements)) {
      const old = records[random.integer(0, records.length - 1)];
      if (old !== undefined) scheduler.after(random.integer(0, hourMs), () => log.append({ ...old, schema: 'none' }));
    }
  };
  const delayed = new Set<number>();
  return {
    failAfterRead: (entry) => {
      const isSurprise = entry.object === 'payment' && entry.wasHidden;
      const { store_hangs: hangs, store_away: away } = world.swarm().rates;
      if (!isSurprise || hangs + away === 0 || !random.chance(0.5)) return;
      story.add(null, 'the database has no primary for a minute');
      database.hang(minuteMs);
    },
    delayCancel: (renewalAt, cancel) => {
      if (delayed.has(renewalAt)) return;
      delayed.add(renewalAt);
      if (world.swarm().meanMs.group_stall === null || !random.chance(0.2)) return;
      const stalledAt = renewalAt - random.integer(minuteMs, hourMs);
      scheduler.at(stalledAt, () => {
        if (world.isCalm()) return;
        story.add(null, 'commands stand still over a renewal');
        fleet.groups[0]?.stall(true);
        cancel();
        scheduler.after(random.integer(2 * hourMs, 30 * hourMs), () => fleet.groups[0]?.stall(false));
      });
    },
    clearUp: () => {
      if (isRepeating) repeatOldAccess();
      for (const service of Object.values(services)) service.recover();
      for (const group of fleet.groups) group.stall(false);
    },
  };
}
