import { randomUUID } from 'node:crypto';
import { eventually } from '../../tools/client/eventually.ts';
import { jsonOf } from '../../tools/client/call.ts';
import type { Row } from './row.ts';
import { obeyPage } from './run-command.ts';
import { type Stage, stageWait, type Subscriber } from './stage.ts';

const bought = '2027-02-01T09:00:00.000Z';
const monthLater = '2027-03-01T10:00:00.000Z';
const minuteMs = 60_000;
/** Money this old is compared: what is younger may be under way. */
const foreignAgeMs = 20 * minuteMs;
/** The comparison of the last hours begins every ten minutes. */
const comparisonMs = 10 * minuteMs;

type Renewable = Subscriber & { readonly renew: () => Promise<void> };

async function renewable(stage: Stage): Promise<Renewable> {
  const clock = await stage.staff.createClock('alerts', bought);
  return { ...(await stage.subscriber(clock)), renew: () => stage.staff.advanceClock(clock, monthLater) };
}

/** Ten minutes until the next comparison pass by moving the begin of the last one back. */
async function letCompare({ mongo }: Stage): Promise<void> {
  const walks = mongo.db.collection<{ _id: string; startedAt: number }>('reconciliations');
  await walks.updateOne({ _id: 'recent' }, { $inc: { startedAt: -comparisonMs } });
}

const plan = (stage: Stage, about: string, on: string): Promise<unknown> =>
  jsonOf('the fault', stage.sandbox.control('faults', { about, times: 1_000, on, kind: 'wrong_amount' }));

type Shown = { readonly id?: unknown; readonly send?: { readonly distrusted?: string | null } | null };

/** Every object in what the command prints. */
function* objectsIn(value: unknown): Iterable<Shown> {
  if (typeof value !== 'object' || value === null) return;
  yield value;
  for (const inner of Object.values(value)) yield* objectsIn(inner);
}

async function paymentOfHeld(stage: Stage, userId: string): Promise<string> {
  const output = await obeyPage(stage, 'running.md', 'npm run admin -- subscriber USER', { USER: userId });
  const found = [...objectsIn(JSON.parse(output))].find(({ send }) => typeof send?.distrusted === 'string');
  if (typeof found?.id !== 'string') throw new Error(`No payment contradicts its request: ${output}`);
  return found.id;
}

/** Alerts about money and the people who paid it. */
export const moneyRows: readonly Row[] = [
  {
    alerts: ['BillingContradiction', 'BillingPersonNeeded'],
    fault: 'the provider reports another amount of a renewal',
    cure: 'the provider is right again; resolve, release',
    strike: async (stage) => {
      const { userId, renew } = await renewable(stage);
      for (const on of ['POST /v3/payments', 'GET /v3/payments/{id}']) await plan(stage, userId, on);
      await renew();
      return {
        words: { USER: userId },
        cure: async () => {
          await stage.clearFaults();
          const PAYMENT = await paymentOfHeld(stage, userId);
          await obeyPage(stage, 'running.md', 'npm run admin -- resolve PAYMENT --result failed', { PAYMENT });
          await obeyPage(stage, 'running.md', 'npm run admin -- release USER', { USER: userId });
        },
      };
    },
  },
  {
    alerts: ['BillingBooksDiffer'],
    fault: 'the provider has a paid payment with our names that we do not know',
    cure: 'refunded in the cabinet',
    strike: async (stage) => {
      const at = new Date(Date.now() - foreignAgeMs).toISOString();
      const metadata = { user_id: randomUUID(), payment_id: randomUUID() };
      const made = await jsonOf('the payment', stage.sandbox.control('payments', { metadata, from: at, to: at }));
      const [id] = made['ids'] as readonly string[];
      await letCompare(stage);
      return {
        cure: async () => {
          await jsonOf('the refund', stage.sandbox.control(`payments/${String(id)}/refund`, {}));
          await letCompare(stage);
        },
      };
    },
  },
  {
    alerts: ['BillingShopDeclined'],
    fault: 'the provider declines a renewal for a reason of the shop',
    cure: 'the shop is well; the subscriber retries',
    strike: async (stage) => {
      const { userId, user, renew } = await renewable(stage);
      await stage.sandbox.nextCharge(userId, 'canceled_by_merchant');
      await renew();
      return {
        cure: async () => {
          await jsonOf('the retry', user.ask('/api/v1/payments/retry', { method: 'POST' }));
          await eventually(
            () => user.profile(),
            ({ json }) => json['status'] === 'active',
            stageWait,
          );
        },
      };
    },
  },
  {
    alerts: ['BillingProviderFails'],
    fault: 'the provider answers 500 to every payment',
    cure: 'none of ours: the provider is well again',
    strike: async (stage, signal) => {
      await stage.sandbox.control('faults', { on: 'POST /v3/payments', kind: 'error_500_not_done', times: 100_000 });
      const over = new AbortController();
      const until = AbortSignal.any([over.signal, signal]);
      // People go on buying: a share of nothing is no share.
      const buying = (async () => {
        while (!until.aborted) await (await stage.userOf(randomUUID())).buy('month').catch(() => undefined);
      })();
      return {
        cure: async () => {
          over.abort();
          await buying;
          await stage.clearFaults();
        },
      };
    },
  },
];
