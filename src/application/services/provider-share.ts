import { minuteMs, secondMs } from '../../domain/model/instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { type BudgetState, countedMs, type ProviderBudget, type Share, shareUsedMs } from '../ports/provider-budget.ts';
import { fairShares } from './fair-shares.ts';
import { repeatEvery } from './repeat-every.ts';

/** What a process did with its share since it was last asked. */
export type Demand = {
  readonly underWay: number;
  /** The most of both, or the whole where a call got no slot. */
  readonly peak: Share;
  readonly isRefused: boolean;
};

/** One small update for each process. Longer than `countedMs`, and short enough for a burst to find its share. */
export const renewEveryMs = 2 * secondMs;
/** A pause of this many renewals is no end of the demand. */
const remembered = 5;
/** Where there are more members than calls, each has its turn. */
const turnMs = 10 * secondMs;
/** One warning while the store is unavailable, not one every two seconds. */
const warnEveryMs = minuteMs;

const none: Share = { slots: 0, perSecond: 0 };
const least: Share = { slots: 1, perSecond: 1 };
const both = (a: Share, b: Share, of: (a: number, b: number) => number): Share => ({
  slots: of(a.slots, b.slots),
  perSecond: of(a.perSecond, b.perSecond),
});

export type ProviderShare = {
  /** What may be used now. */
  readonly now: () => Share;
  /** Renews once. Rejects where the store does not answer; the last share stays until it ends. */
  readonly renew: (demand: () => Demand) => Promise<void>;
  /** Renews until the signal aborts. */
  readonly run: (demand: () => Demand, signal: AbortSignal) => Promise<void>;
};

type About = {
  readonly budget: Pick<ProviderBudget, 'renew'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  readonly id: string;
  readonly whole: Share;
  readonly rests: boolean;
  /** The longest wait for an answer of the provider. */
  readonly answerMaxMs: number;
};

/** The fair share of a member, as every member computes it from the same budget. */
function targetOf({ id, whole }: About, { members, at }: BudgetState): Share {
  const turn = Math.floor(at / turnMs);
  const fair = (of: (share: Share) => number): number => {
    const wishes = members.map((member) => ({ id: member.id, want: of(member.want), rests: member.rests }));
    return fairShares(of(whole), wishes, turn).get(id) ?? 0;
  };
  return { slots: fair(({ slots }) => slots), perSecond: fair(({ perSecond }) => perSecond) };
}

/**
 * The share of this process. It uses less before it says so, and more only after the budget has said so: what it uses is never more
 * than what the budget says that it holds. A share ends `shareUsedMs` after its renewal was sent, also where the process was stopped
 * meanwhile.
 */
export function createProviderShare(about: About): ProviderShare {
  const { budget, clock, log, id, whole, rests, answerMaxMs } = about;
  let used = { limit: none, sentMs: -Infinity, sentAt: -Infinity };
  let target = none;
  let no = 0;
  let wants: readonly Share[] = [least];
  /** Limits of the last `countedMs`: the provider still counts calls that left under them. */
  let before: readonly { readonly perSecond: number; readonly endedMs: number }[] = [];
  let warnedMs = -Infinity;
  // The second clock is for a machine that was suspended as a whole: its monotonic clock stood still.
  const ageMs = (): number => Math.max(clock.monotonicMs() - used.sentMs, clock.now() - used.sentAt);
  const now = (): Share => (ageMs() < shareUsedMs ? used.limit : none);

  const want = ({ peak, isRefused }: Demand): Share => {
    const doubled = both(peak, peak, (a, b) => a + b);
    wants = [...wants, isRefused ? whole : both(doubled, whole, Math.min)].slice(-remembered);
    return wants.reduce((most, one) => both(most, one, Math.max), none);
  };
  /** Returns whether the whole has more for this member than it asked for. */
  const ask = async (demand: Demand): Promise<boolean> => {
    const sent = { sentMs: clock.monotonicMs(), sentAt: clock.now() };
    before = before.filter(({ endedMs }) => sent.sentMs - endedMs <= countedMs);
    const lately = Math.max(0, ...before.map(({ perSecond }) => perSecond));
    const share = both(target, { slots: demand.underWay, perSecond: lately }, Math.max);
    no += 1;
    const asked = { id, no, share, want: want(demand), rests };
    const state = await budget.renew(whole, asked, answerMaxMs);
    const mine = state.members.find((member) => member.id === id && member.no === asked.no);
    // A later renewal has come first: this answer says nothing of now.
    if (mine === undefined) return false;
    target = targetOf(about, state);
    const limit = both(mine.share, target, Math.min);
    if (limit.perSecond < used.limit.perSecond)
      before = [...before, { perSecond: used.limit.perSecond, endedMs: clock.monotonicMs() }];
    used = { limit, ...sent };
    const held = state.members.reduce((sum, member) => both(sum, member.share, (a, b) => a + b), none);
    const lacks = (of: (part: Share) => number): boolean => of(target) > of(limit) && of(held) < of(whole);
    return lacks(({ slots }) => slots) || lacks(({ perSecond }) => perSecond);
  };
  const renew = async (demand: () => Demand): Promise<void> => {
    // A member learns its share from the answer, and asks for it at once where it is free.
    if (await ask(demand())) await ask(demand());
  };
  return {
    now,
    renew,
    run: (demand, signal) =>
      repeatEvery({ clock, everyMs: renewEveryMs, signal }, () =>
        renew(demand).catch((cause: unknown) => {
          if (ageMs() < shareUsedMs || clock.monotonicMs() - warnedMs < warnEveryMs) return;
          warnedMs = clock.monotonicMs();
          log.warn('the share of calls to the provider has ended and cannot be renewed', {}, cause);
        }),
      ),
  };
}
