import type { ProviderBudget, Share } from '../../../src/application/ports/provider-budget.ts';
import { createProviderShare, renewEveryMs } from '../../../src/application/services/provider-share.ts';
import { createPacing } from '../../../src/adapters/yookassa/pacing.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';

/** What happens to a process in one step of 100 ms. */
export type Step = {
  readonly process: number;
  readonly act:
    'work' | 'hard' | 'die' | 'pause' | 'wake' | 'leave' | 'answer lost' | 'arrives late' | 'store unavailable';
};
const faults = ['die', 'pause', 'wake', 'leave', 'answer lost', 'arrives late', 'store unavailable'] as const;
export const acts: readonly Step['act'][] = ['work', 'hard', 'hard', 'hard', ...faults];
export const stepMs = 100;
/** After the next renewal of the same process. */
const lateMs = 3_000;

/** What each process is given: the provider as it is, and how wrong the clock of each is. */
export type Outside = { readonly whole: Share; readonly skewsMs: readonly number[]; readonly answerMaxMs: number };

/** The whole world of the property: the time of the provider, and each process with a clock that is wrong by minutes. */
export function openProcesses(budget: ProviderBudget, now: () => number, { whole, skewsMs, answerMaxMs }: Outside) {
  /** Calls as the provider sees them: they end there, whatever became of the process. */
  let calls: { readonly from: number; readonly until: number }[] = [];
  const late: { readonly from: number; readonly arrive: () => Promise<unknown> }[] = [];
  const processes = skewsMs.map((skewMs, index) => start(index, skewMs, 0));

  function start(index: number, skewMs: number, life: number) {
    const clock = { now: () => now() + skewMs, monotonicMs: () => now() + skewMs * 3, wait: () => Promise.resolve() };
    let fate: Step['act'] | null = null;
    const unreliable: Pick<ProviderBudget, 'renew'> = {
      renew: async (...asked) => {
        const mine = fate;
        fate = null;
        if (mine === 'store unavailable') throw new Error('unavailable');
        if (mine === 'arrives late') {
          late.push({ from: now() + lateMs, arrive: () => budget.renew(...asked) });
          throw new Error('no answer');
        }
        const state = await budget.renew(...asked);
        if (mine === 'answer lost') throw new Error('no answer');
        return state;
      },
    };
    const id = `process-${index}-${life}`;
    const share = createProviderShare({
      ...{ clock, id, whole, rests: true, answerMaxMs },
      budget: unreliable,
      log: createLogRecorder(),
    });
    const pacing = createPacing(share.now, clock);
    return {
      ...{ skewMs, life, id, share, pacing },
      isPaused: false,
      renewedAt: -Infinity,
      open: [] as { readonly until: number; readonly release: () => void }[],
      meets: (act: Step['act']) => void (fate = act),
    };
  }

  async function call(process: (typeof processes)[number], wanted: number, lastsMs: number): Promise<void> {
    for (let count = 0; count < wanted; count += 1) {
      const slot = process.pacing.reserve();
      if (slot === null) return;
      // A call that would have to wait does not leave in this step.
      if (process.share.now().perSecond === 0 || !(await process.pacing.leave())) {
        slot.release();
        return;
      }
      calls.push({ from: now(), until: now() + lastsMs });
      process.open.push({ until: now() + lastsMs, release: slot.release });
    }
  }

  async function step({ process: chosen, act }: Step): Promise<void> {
    const index = chosen % processes.length;
    const one = processes[index];
    if (one === undefined) return;
    if (act === 'die') processes[index] = start(index, one.skewMs, one.life + 1);
    else if (act === 'pause') one.isPaused = true;
    else if (act === 'wake') one.isPaused = false;
    else if (act === 'leave') {
      if (one.open.length === 0) await budget.leave(one.id);
      processes[index] = start(index, one.skewMs, one.life + 1);
    } else if (act !== 'work' && act !== 'hard') one.meets(act);
    if ((late[0]?.from ?? Infinity) <= now()) await late.shift()?.arrive();
    for (const process of processes.filter(({ isPaused }) => !isPaused)) {
      for (const call of process.open.filter(({ until }) => until <= now())) call.release();
      process.open = process.open.filter(({ until }) => until > now());
      if (process === processes[index] && act === 'hard') await call(process, whole.perSecond, answerMaxMs - 1);
      else if (process === processes[index] && act === 'work') await call(process, 1, stepMs);
      if (now() - process.renewedAt < renewEveryMs) continue;
      process.renewedAt = now();
      await process.share.renew(process.pacing.takeDemand).catch(() => undefined);
    }
  }

  /** What the provider sees now. */
  const seen = (): Share => {
    calls = calls.filter(({ from, until }) => until > now() || from > now() - 1_000);
    return {
      slots: calls.filter(({ until }) => until > now()).length,
      perSecond: calls.filter(({ from }) => from > now() - 1_000).length,
    };
  };
  return { step, seen };
}
