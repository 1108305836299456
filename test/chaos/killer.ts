import type { Keeper, Member } from './keeper.ts';
import { pause } from './pause.ts';
import type { Random } from './random.ts';
import { turned, type Versions } from './versions.ts';

/** One blow. `strike` returns at once; the function that it returns resolves when what was struck is back. */
export type Blow = { readonly kind: string; readonly isKill: boolean; readonly strike: () => () => Promise<void> };
/** A card of the pack: the blow is made when the card is drawn, because who leads changes. */
export type Card = () => Promise<Blow>;

/** Longer than a consumer's session time-out (10 s), so that its partitions have another owner when it continues. */
const frozenMs = 12_000;

/** The provider's faults; some have carried the request out, some have not. */
const faults = [
  { kind: 'hang', ms: 4_000 },
  { kind: 'hang', ms: 4_000, done: false },
  { kind: 'reset' },
  { kind: 'reset', done: false },
  { kind: 'error_500_done' },
  { kind: 'error_500_not_done' },
  { kind: 'too_many_requests' },
  { kind: 'garbage' },
  { kind: 'gateway_refusal' },
  { kind: 'gateway_refusal', done: false },
] as const;
/** Enough to hit renewals and purchases, and few enough for the load to go on. */
const faultTimes = 4;

export async function plant(sandbox: string, fault: Readonly<Record<string, unknown>>): Promise<void> {
  const body = JSON.stringify({ on: 'POST /v3/payments', ...fault });
  const answer = await fetch(`${sandbox}/_sandbox/faults`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`The sandbox took no fault: ${await answer.text()}`);
}

const signalling = (keeper: Keeper, member: Member, signal: 'SIGKILL' | 'SIGTERM'): Blow => ({
  kind: `${signal} ${member}`,
  isKill: true,
  strike: () => {
    const before = keeper.starts(member);
    keeper.signal(member, signal);
    return () => keeper.awaitRestart(member, before);
  },
});

const freezing = (keeper: Keeper, member: Member): Blow => ({
  kind: `SIGSTOP ${member}`,
  isKill: true,
  strike: () => {
    keeper.signal(member, 'SIGSTOP');
    return async () => {
      await pause(frozenMs);
      keeper.signal(member, 'SIGCONT');
    };
  },
});

const spoiling = (sandbox: string, fault: (typeof faults)[number]): Blow => ({
  kind: `provider ${fault.kind}${'done' in fault ? ' (not done)' : ''}`,
  isKill: false,
  strike: () => {
    const planted = plant(sandbox, { ...fault, times: faultTimes });
    return () => planted;
  },
});

/** One of ours is rolled out, or rolled back. */
function turning(keeper: Keeper, member: Member, versions: Versions): Blow {
  const { isKill, strike } = signalling(keeper, member, 'SIGTERM');
  return { kind: `${member} become ${versions.turn(member)}`, isKill, strike };
}

/** The next of our processes gets the other version, in the order of a roll-out: the API last. */
export function createTurnCard(keeper: Keeper, versions: Versions): Card {
  const members = around(turned);
  return () => Promise.resolve(turning(keeper, members.next().value, versions));
}

const createBlows = (keeper: Keeper, sandbox: string): readonly Blow[] => [
  signalling(keeper, 'consumers', 'SIGKILL'),
  signalling(keeper, 'consumers 2', 'SIGKILL'),
  signalling(keeper, 'jobs', 'SIGKILL'),
  signalling(keeper, 'api', 'SIGKILL'),
  signalling(keeper, 'kafka', 'SIGKILL'),
  signalling(keeper, 'mongod', 'SIGKILL'),
  freezing(keeper, 'consumers'),
  freezing(keeper, 'consumers 2'),
  signalling(keeper, 'consumers', 'SIGTERM'),
  signalling(keeper, 'jobs', 'SIGTERM'),
  signalling(keeper, 'api', 'SIGTERM'),
  ...faults.map((fault) => spoiling(sandbox, fault)),
];

/** Every blow that may strike a system of one broker and one mongod. */
export const createCards = (keeper: Keeper, sandbox: string): readonly Card[] =>
  createBlows(keeper, sandbox).map((blow) => () => Promise.resolve(blow));

/** One after the other, and again from the first. */
export function* around<T>(list: readonly T[]): Generator<T, never> {
  for (;;) yield* list;
}

/** Deals a shuffled pack to its end before it shuffles again, so that a long run includes every blow. */
export function* deal<T>(pack: readonly T[], random: Random): Generator<T, never> {
  for (;;) {
    const rest = [...pack];
    while (rest.length > 0) yield* rest.splice(random.below(rest.length), 1);
  }
}
