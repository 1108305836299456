import { handleCommands } from '../../../consumers/handle-commands.ts';
import { handleHints } from '../../../consumers/handle-hints.ts';
import { handleTimers } from '../../../consumers/handle-timers.ts';
import { reconcileEntitlements } from '../../../consumers/reconcile-entitlements.ts';
import { minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { Aim } from '../faults/aim.ts';
import type { Catalogue } from '../../../src/application/ports/catalogue.ts';
import type { DeclaredRestore } from '../../../src/application/ports/epochs.ts';
import type { CoreServices } from '../../../src/application/services/core-services.ts';
import { createGroup, type Group } from './consumer-group.ts';
import type { Worker } from './worker.ts';
import type { BlockedStore } from './blocked-store.ts';
import type { Database } from './database.ts';
import { type JobProcess, startJobs } from './jobs.ts';
import type { KeyRings } from './key-rings.ts';
import { createMachine, type Machine } from './machine.ts';
import { partitionCount, type SimulatedLog } from './message-log.ts';
import { type Letters, openServices } from './open-services.ts';
import { type Role, roles } from './roles.ts';
import type { Rollout } from './rollout.ts';
import type { World } from './world.ts';

export type Fleet = {
  readonly groups: readonly Group[];
  readonly find: (role: Role) => Worker | null;
  readonly jobs: () => readonly JobProcess[];
  /** Assigns a partition to one of the workers; the owner is null when none is alive. */
  readonly rebalance: (group: Group, partition: number) => void;
  /** The broker removes a process that was silent for too long. */
  readonly evict: (machine: Machine) => void;
  /** Its processes end, and start with the newer version of the program. */
  readonly upgrade: (role: Role) => void;
  /** Its processes end, and start with what is configured for the role now. */
  readonly redeploy: (role: Role) => void;
  /** Every process ends, and none starts before `startAll`. */
  readonly stopAll: () => void;
  readonly startAll: () => void;
  /** A process of staff, which reads no topic. */
  readonly enter: (name: string, onDeath: () => void) => Worker;
};

/** A consumer that is silent for this long loses its partitions (kafka/settings.ts). */
const sessionMs = 10 * secondMs;

/** Every process of the service. A killed one starts again without its memory. */
export function startFleet(
  world: World,
  parts: {
    readonly database: Database;
    readonly log: SimulatedLog;
    readonly catalogue: Catalogue;
    readonly blocked: BlockedStore;
    readonly rollout: Rollout;
    readonly aim: Aim;
    readonly rings: KeyRings;
    readonly letters: Letters;
    readonly restored: () => DeclaredRestore | null;
    readonly providerOf: (machine: Machine) => Pick<CoreServices, 'provider' | 'providerList'>;
  },
): Fleet {
  const { scheduler, random } = world;
  const running = new Map<Role, Worker>();
  const jobs = new Map<Role, JobProcess>();
  const { log, rollout } = parts;
  const blocked: BlockedStore = {
    ...parts.blocked,
    of: (machine) => parts.aim.overQueues(machine, parts.blocked.of(machine)),
  };
  const groups = [handleCommands, handleHints, handleTimers, reconcileEntitlements].map((declaration) =>
    createGroup(world, declaration, { log, rollout, blocked }),
  );
  const isLive = (worker: Worker | null): worker is Worker => worker !== null && !worker.machine.isDead();
  const find = (role: Role): Worker | null => {
    const worker = running.get(role) ?? null;
    return isLive(worker) ? worker : null;
  };
  const workers = (): readonly Worker[] => [find('worker-1'), find('worker-2')].filter(isLive);

  const rebalance = (group: Group, partition: number): void => {
    const [first, ...others] = workers();
    if (first !== undefined) group.assign(partition, random.pick([first, ...others]));
  };
  const partitions = groups.flatMap((group) =>
    Array.from({ length: partitionCount }, (_, partition) => ({ group, partition })),
  );
  const evict = (machine: Machine): void => {
    for (const { group, partition } of partitions)
      if (group.ownerOf(partition)?.machine === machine) rebalance(group, partition);
  };

  const open = (machine: Machine): Worker => {
    const services = openServices(world, machine, { ...parts, ...parts.providerOf(machine) });
    return { machine, services: parts.aim.over(machine, services) };
  };
  const enter: Fleet['enter'] = (name, onDeath) => open(createMachine(world, name, onDeath));
  let isStopped = false;
  const start = (role: Role): void => {
    if (isStopped) return;
    const machine = createMachine(world, role, () => {
      const restartMs = world.isCalm() ? secondMs : random.spread(secondMs, 10 * minuteMs);
      scheduler.after(Math.ceil(restartMs), () => start(role));
      scheduler.after(sessionMs, () => evict(machine));
    });
    parts.rollout.enlist(machine);
    const worker = open(machine);
    running.set(role, worker);
    world.story.add(null, `${role} starts`);
    if (role.startsWith('jobs')) jobs.set(role, startJobs(world, parts.database, worker));
    if (!role.startsWith('worker')) return;
    for (const { group, partition } of partitions) {
      if (!isLive(group.ownerOf(partition)) || random.chance(0.5)) group.assign(partition, worker);
    }
  };
  for (const role of roles) start(role);
  const upgrade = (role: Role): void => {
    if (parts.rollout.isUpgraded(role)) return;
    parts.rollout.upgrade(role);
    world.story.add(null, `${role} is replaced by a newer version`);
    find(role)?.machine.kill();
  };
  const redeploy = (role: Role): void => find(role)?.machine.kill();
  const stopAll = (): void => {
    isStopped = true;
    roles.forEach((role) => find(role)?.machine.kill());
  };
  const startAll = (): void => {
    isStopped = false;
    for (const role of roles) if (find(role) === null) start(role);
  };
  return {
    groups,
    find,
    upgrade,
    redeploy,
    stopAll,
    startAll,
    enter,
    jobs: () => [...jobs.values()],
    rebalance,
    evict,
  };
}
