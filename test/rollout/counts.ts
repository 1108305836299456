import type { Verdict } from '../chaos/checker.ts';
import type { Asked, Evidence } from '../chaos/evidence.ts';

export type Row = {
  readonly step: string;
  readonly seconds: number;
  readonly requests: number;
  readonly failed: number;
  readonly leastReadyApi: number;
  readonly note: string;
};

export type Counts = {
  readonly rows: readonly Row[];
  readonly purchases: number;
  readonly answers: Readonly<Record<string, number>>;
  readonly failedRequests: number;
  readonly turnedAway: number;
  readonly payments: number;
  readonly doubleCharges: number;
  readonly facts: number;
  readonly lostFacts: number;
  readonly violations: number;
  readonly endedPods: number;
  readonly longestEndSeconds: number;
  readonly killedPods: number;
};

const killedCode = 137;

export function countsOf(of: {
  readonly rows: readonly Row[];
  readonly history: readonly Asked[];
  readonly verdict: readonly Verdict[];
  readonly ends: readonly { readonly ms: number; readonly exitCode: number | null }[];
  readonly evidence: Evidence;
  readonly turnedAway: number;
}): Counts {
  const broken = (rule: string): number => {
    const found = of.verdict.find((one) => one.rule === rule);
    if (found === undefined) throw new Error(`No checker judges whether ${rule}`);
    return found.violations.length;
  };
  const answers = Object.entries(
    Object.groupBy(of.history, ({ what, status }) => `${what} ${String(status ?? 'no answer')}`),
  ).map(([answer, all]) => [answer, all?.length ?? 0] as const);
  return {
    rows: of.rows,
    purchases: new Set(of.history.flatMap(({ what, status, key }) => (what === 'buy' && status === 200 ? [key] : [])))
      .size,
    answers: Object.fromEntries(answers),
    failedRequests: of.history.filter(({ result }) => result === 'unknown').length,
    turnedAway: of.turnedAway,
    payments: of.evidence.provider.filter(({ kind, status }) => kind === 'payment' && status === 'succeeded').length,
    doubleCharges: broken('no period is charged twice'),
    facts: of.evidence.facts.length,
    lostFacts: broken('every committed fact is in the log, in order per user'),
    violations: of.verdict.reduce((sum, { violations }) => sum + violations.length, 0),
    endedPods: of.ends.length,
    longestEndSeconds: Math.round(Math.max(0, ...of.ends.map(({ ms }) => ms)) / 100) / 10,
    killedPods: of.ends.filter(({ exitCode }) => exitCode === killedCode).length,
  };
}

/** The counts for people. */
export const table = ({ rows, answers, ...figures }: Counts): readonly string[] => [
  `${'step'.padEnd(34)}${['seconds', 'requests', 'failed', 'API ready, least'].map((name) => name.padStart(18)).join('')}`,
  ...rows.map(
    ({ step, ...row }) =>
      step.padEnd(34) +
      [row.seconds, row.requests, row.failed, row.leastReadyApi].map((one) => String(one).padStart(18)).join(''),
  ),
  ...Object.entries(figures).map(([name, value]) => `${name.padEnd(34)}${String(value).padStart(18)}`),
  `answers: ${Object.entries(answers)
    .map(([answer, count]) => `${count} × ${answer}`)
    .join(', ')}`,
];
