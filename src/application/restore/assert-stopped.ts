import type { Clock } from '../ports/clock.ts';
import { Fault } from '../ports/faults.ts';
import type { ProviderBudget } from '../ports/provider-budget.ts';
import { renewEveryMs } from '../services/provider-share.ts';

/** A process that runs renews its share in this time, also where one renewal is late. */
export const watchedMs = 3 * renewEveryMs;

type Services = { readonly budget: Pick<ProviderBudget, 'members'>; readonly clock: Pick<Clock, 'wait'> };

/**
 * Refuses while another process of the service runs: an API, jobs or consumers that hold what was before the restore would
 * decide without it. Each of them renews its share of the provider's budget in the restored database. The share of a process
 * that was killed stays for a minute, and is renewed no more.
 */
export async function assertStopped({ budget, clock }: Services, ownId: string): Promise<void> {
  const before = new Map((await budget.members()).map(({ id, no }) => [id, no]));
  await clock.wait(watchedMs);
  const running = (await budget.members()).filter(({ id, no }) => id !== ownId && no > (before.get(id) ?? 0));
  if (running.length === 0) return;
  const message = `Processes of the service still run: ${running.length}. Stop API, consumers and jobs.`;
  throw new Fault('processes_running', message, { retryable: true });
}
