import { createHintCheck } from './checks/acknowledged-hints.ts';
import { liveIn } from './checks/calendar.ts';
import { createAnswerChecks } from './checks/answers.ts';
import { observe } from './checks/observe.ts';
import { checkPreviews } from './checks/previews.ts';
import { checkReplay } from './checks/replay.ts';
import { sampleDocument } from './checks/sample-document.ts';
import { checkSeals } from './checks/seals.ts';
import { checkCalm } from './checks/when-all-is-calm.ts';
import { createAim } from './faults/aim.ts';
import { loopOrders } from './faults/order-loop.ts';
import { createPairing, noPairing } from './faults/pairing.ts';
import { createRestore } from './faults/restore.ts';
import { createRotation } from './faults/rotation.ts';
import { drawSwarm, whereOneClockIsAhead, withoutComparison } from './faults/swarm.ts';
import { replayCancels } from './faults/replay-cancels.ts';
import { startRaces } from './faults/start-races.ts';
import { startWeather } from './faults/weather.ts';
import { createProviderLink } from './provider/provider-client.ts';
import { type ProviderKind, providerKinds, type ProviderName } from './provider/provider-kinds.ts';
import { createProviderServer } from './provider/provider-server.ts';
import { createBlockedStore, drawLimits } from './world/blocked-store.ts';
import { createClients } from './world/clients.ts';
import { comeToRest } from './world/come-to-rest.ts';
import { createDatabase } from './world/database.ts';
import { type Fleet, startFleet } from './world/fleet.ts';
import { roles } from './world/roles.ts';
import { forbidHiddenInputs, realTurn } from './world/hidden-inputs.ts';
import { createSimulatedLog } from './world/message-log.ts';
import { createCatalogue, createPrices, policyOf } from './world/open-services.ts';
import { shownTerms } from './world/frontend.ts';
import { aimContacts, aimUnlinks } from './world/aim-orders.ts';
import { startPeople } from './world/people.ts';
import { toPayBack, toRefund, toResolve } from './world/staff.ts';
import { createRollout } from './world/rollout.ts';
import { createRandom } from './world/random.ts';
import { createKeyRings } from './world/key-rings.ts';
import { createSealedRows } from './world/sealed-rows.ts';
import { createScheduler } from './world/scheduler.ts';
import { createStory, type Line } from './world/story.ts';
import type { KeptDeadLetter } from '../../src/application/ports/dead-letters.ts';
import type { SavedMethod } from '../../src/domain/model/payment.ts';
import type { Subscriber } from '../../src/domain/model/subscriber.ts';
import { isContactMissing } from '../../src/domain/subscription/receipt-contact.ts';
import { isHeld } from '../../src/domain/subscription/billing-hold.ts';
import type { Worker } from './world/worker.ts';
import { createWorld, type Breach, type World } from './world/world.ts';
import { drawScenario, whereCardsAreEmpty, whereClocksChange } from './scenario.ts';
import { reconcileWindow } from '../../src/application/reconciliation/reconcile-window.ts';
import { youngMs } from '../../src/domain/reconciliation/compare-payment.ts';
import { dayMs } from '../../src/domain/model/instant.ts';

export type RunOfSeed = {
  readonly seed: number;
  readonly hash: string;
  readonly steps: number;
  readonly breaches: readonly Breach[];
  readonly visits: ReadonlyMap<string, number>;
  readonly lines: readonly Line[];
};

/** Most lives take some thousand steps, the busiest that were seen 700,000: a year of long lists and lost commits. */
const stepsMax = 3_000_000;
/** All work must be over within this time after the calm begins. */
const calmMs = 2 * dayMs;

/**
 * An operator compares the whole life with the provider's books. No window of the jobs reaches so far back in two days. Returns
 * whether they are done.
 */
function reconcileByHand(world: World, fleet: Fleet, from: number): () => boolean {
  const worker = fleet.find('jobs-1') ?? fleet.find('jobs-2');
  if (worker === null) {
    world.breach('a job throws', null, 'no process of the jobs runs in the calm');
    return () => true;
  }
  const { services } = worker;
  const window = { from: from - dayMs, to: services.clock.now() - youngMs };
  let isDone = false;
  const compare = () =>
    reconcileWindow(services, window, () => undefined).then(
      ({ unavailable, unverified, unread, notCompared }) => {
        isDone = true;
        if (unavailable === null && unverified.length === 0 && unread === 0 && notCompared.length === 0) return;
        const lacking = unavailable ?? `${unverified.join()}; ${unread} unread; ${notCompared.length} not compared`;
        world.breach('a job throws', null, `the books could not be compared: ${lacking}`);
      },
      (error: unknown) => world.breach('a job throws', null, String(error)),
    );
  // As a step: what is begun between steps goes on after the next one, which may come a day later.
  world.scheduler.after(0, () => void compare());
  return () => isDone;
}

/** Whether the save gave a notice that a contact is missing. */
function isNoticed(before: Subscriber | null, after: Subscriber): boolean {
  const noticesOf = (state: Subscriber | null) =>
    state?.subscription != null && 'notices' in state.subscription
      ? (state.subscription.notices ?? []).filter(({ kind }) => kind === 'contact_missing')
      : [];
  return noticesOf(after).length > noticesOf(before).length;
}

/** One life of the service, from the first purchase to a calm in which everything must come to rest. */
export async function runSeed(seed: number, provider: ProviderName): Promise<RunOfSeed> {
  const restore = forbidHiddenInputs();
  try {
    return await run(seed, providerKinds[provider]);
  } finally {
    restore();
  }
}

async function run(seed: number, provider: ProviderKind): Promise<RunOfSeed> {
  const random = createRandom(seed);
  const restore = createRestore(createRandom(seed ^ 0x33333333));
  const rotation = createRotation(createRandom(seed ^ 0x66666666));
  const drawn = drawSwarm(random);
  const suffered = seed % 4 === 1 ? withoutComparison(drawn) : drawn;
  // Without a comparison, and after a restore, some faults must not strike.
  const mayPair = seed % 4 !== 1 && !restore.isPlanned;
  const pairing = mayPair ? createPairing(createRandom(seed ^ 0x0f0f0f0f)) : noPairing;
  const ordinary = restore.over({ ...pairing.over(suffered), skewMs: Math.min(suffered.skewMs, provider.skewMsMax) });
  const diceOf = (salt: number) => (restore.isPlanned ? null : createRandom(seed ^ salt));
  const swarm = whereOneClockIsAhead(ordinary, provider.skewMsMax, diceOf(0x1d1d1d1d));
  const scenario = whereCardsAreEmpty(
    whereClocksChange(drawScenario(random), createRandom(seed ^ 0x77777777)),
    createRandom(seed ^ 0x55555555),
  );
  liveIn(scenario.timeZone);
  const scheduler = createScheduler(scenario.start, {
    stepsMax,
    neverRests: () => world.breach('something never rests', null, `more than ${stepsMax} steps`),
    turn: realTurn,
    isOver: () => world.breaches().length > 0,
  });
  const story = createStory(scheduler.now);
  const { receipts, chargingHours, timeZone, cardsEmptyFrom } = scenario;
  const world = createWorld({
    ...{ random, scheduler, story, swarm, provider, pairing },
    ...{ receipts, chargingHours, timeZone, cardsEmptyFrom },
  });
  const server = createProviderServer(world, createRandom(seed ^ 0x5a5a5a5a));
  const link = createProviderLink(world, server);
  const database = createDatabase(world);
  const rollout = createRollout();
  const log = createSimulatedLog(world, rollout, createRandom(seed ^ 0x66666666));
  const dice = createRandom(~seed);
  const blocked = createBlockedStore(world, database, drawLimits(world, dice));
  const { witness, backUp: backUpChecks } = observe(world, {
    ...{ database, log, server, blocked },
    phaseOf: link.phaseOf,
  });
  const tariffOf = createPrices(world, scenario.priceHoldsMs);
  const catalogue = createCatalogue(tariffOf);
  const sampled = sampleDocument(world, database, dice);
  // A restored database has other dead letters.
  const replayDice = createRandom(seed ^ 0x3c3c3c3c);
  const replays = !restore.isPlanned && replayDice.chance(1 / 8);
  const aim = createAim(world, {
    dice: createRandom(seed ^ 0x55555555),
    more: createRandom(seed ^ 0x62626262),
    replays,
  });
  const rings = createKeyRings(world);
  const letters = new Map<string, KeptDeadLetter>();
  const fleet = startFleet(world, {
    database,
    log,
    catalogue,
    blocked,
    rollout,
    aim,
    rings,
    letters,
    providerOf: link.providerOf,
    restored: restore.declared,
  });
  const api = (): Worker | null => fleet.find('api');
  const clients = createClients(
    world,
    { api, rings, userIds: scenario.userIds, createChecks: () => createAnswerChecks(world, database) },
    createRandom(seed ^ 0x2b2b2b2b),
  );
  const subscriberOf = (userId: string) => database.documents.get(userId)?.subscriber ?? null;
  const people = startPeople(world, api, scenario, {
    onAccepted: clients.follow,
    onAcknowledged: createHintCheck(world, log),
    toResolve: (userId) =>
      toResolve(subscriberOf(userId), [...server.entries.values()], { now: scheduler.now(), random }),
    methodOf: (userId) => {
      const methods = subscriberOf(userId)?.methods ?? [];
      return methods.length === 0 ? null : random.pick(methods as readonly [SavedMethod]).id;
    },
    shown: (userId, tariffId) =>
      shownTerms(tariffId, {
        ...{ subscriber: subscriberOf(userId), tariffOf, now: scheduler.now(), random },
      }),
    toRefund: (userId) => toRefund(userId, [...server.entries.values()], random),
    toPayBack: (userId) => toPayBack(subscriberOf(userId), userId, [...server.entries.values()], random),
  });
  const weather = startWeather(world, {
    ...{ fleet, database, log, server, provider: link, userIds: scenario.userIds },
    forgeHint: () => {
      const ids = [...server.entries.keys(), ...server.bindings.keys()];
      const known = ids[random.integer(0, ids.length - 1)];
      const objectId = known === undefined || random.chance(0.3) ? random.id() : known;
      const objectType = random.pick(['payment', 'payment', 'refund', 'payment_method'] as const);
      people.sendHint({ provider: 'yookassa', objectType, objectId });
    },
  });

  aim.arm({
    breakStore: database.breakDown,
    overtake: (userId) => {
      if (userId !== null) people.act(userId);
      for (const group of fleet.groups) for (const partition of [0, 1]) fleet.rebalance(group, partition);
    },
  });
  startRaces(world, { database, fleet, people, server }, dice, diceOf(0x4c4c4c4c));
  restore.plan(world, {
    ...{ fleet, database, log, blocked, start: scenario.start, lastsMs: scenario.lastsMs },
    backUpChecks,
  });
  if (replays) replayCancels(world, { database, fleet, log, blocked, people, letters }, replayDice);
  const sealedRows = createSealedRows(world, { database, blocked, log });
  // A backup needs the keys of its time, which a restore must be given (docs/disaster.md).
  if (!restore.isPlanned)
    rotation.plan(world, {
      ...{ fleet, rings, rows: sealedRows, people, userIds: scenario.userIds },
      ...{ start: scenario.start, lastsMs: scenario.lastsMs },
    });
  loopOrders(world, { database, provider: link, give: people.give }, createRandom(seed ^ 0x4d4d4d4d));
  aimUnlinks({ database, link, give: people.give }, createRandom(seed ^ 0x2a2a2a2a));
  if (world.receipts !== null) aimContacts({ database, give: people.give }, createRandom(seed ^ 0x3b3b3b3b));
  server.onEnd(people.notify);
  server.onRead(weather.failAfterRead);
  database.watch({
    onSave: (before, { subscriber: after }) => {
      const { userId, subscription } = after;
      if (subscription?.status === 'active' && before?.subscriber.subscription?.status !== 'past_due')
        weather.delayCancel(subscription.term.periodEnd, () => people.cancel(userId));
      const isNew = before?.subscriber.subscription?.status !== 'past_due';
      if (subscription?.status === 'past_due' && isNew) people.warn(userId);
      if (isContactMissing(after, policyOf(world)) && isNoticed(before?.subscriber ?? null, after))
        people.nameContact(userId);
      if (isHeld(after) && !(before !== null && isHeld(before.subscriber))) people.lookInto(userId);
    },
    onPull: () => undefined,
    onChange: () => fleet.jobs().forEach((job) => job.replan()),
  });

  await scheduler.runUntil(scenario.start + scenario.lastsMs);
  world.becomeCalm();
  weather.clearUp();
  // No older version is left, or what the newer one wrote would wait for ever.
  if (roles.some(rollout.isUpgraded)) roles.forEach(fleet.upgrade);
  server.revealAll();
  const calmAt = scheduler.now();
  // After a restore a charge may be taken a day later. The comparison finds then what the cabinet has given back of it.
  await scheduler.runUntil(calmAt + calmMs * (restore.isPlanned ? 0.9 : 0.5));
  const isCompared = world.comparesBooks ? reconcileByHand(world, fleet, scenario.start) : () => true;
  await scheduler.runUntil(calmAt + calmMs);
  await comeToRest(world, { database, server });
  // A breach ends the life early, and then the comparison does not begin.
  if (world.breaches().length === 0 && !isCompared())
    world.breach('a job throws', null, 'the comparison by hand has not ended');
  if (world.breaches().length === 0) {
    const lag = fleet.groups.reduce((sum, group) => sum + group.lag(), 0);
    checkCalm({
      ...{ world, witness, database, log },
      ...{ entries: server.entries, bindings: server.bindings },
      ...{ acknowledged: people.acknowledged(), refused: people.refused() },
      ...{ overflowed: blocked.overflowed, lag },
    });
    checkSeals(world, sealedRows, rotation.isOver());
  }
  const services = fleet.find('api')?.services;
  const sample = sampled();
  if (world.breaches().length === 0 && sample !== null && services !== undefined)
    await checkPreviews(world, { services: { ...services, cipher: rings.every }, database, random: dice }, sample);
  // A replay costs as much as the life itself, so only every third life has one. A message
  // that a full queue had no room for would be handled now.
  if (world.breaches().length === 0 && seed % 3 === 0 && blocked.overflowed.size === 0)
    await checkReplay(world, database, fleet, server);
  return {
    seed,
    hash: story.hash(),
    steps: scheduler.steps(),
    breaches: world.breaches(),
    visits: world.visits(),
    lines: story.lines(),
  };
}
