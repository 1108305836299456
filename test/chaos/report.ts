import type { Verdict } from './checker.ts';
import type { Asked, Evidence } from './evidence.ts';

export type Struck = {
  readonly kind: string;
  readonly isKill: boolean;
  readonly midCharge: number;
  readonly recoveryMs: number;
  /** The longest time in which no purchase ended well, until what was struck was back. */
  readonly silenceMs: number;
};

export type Outcome = {
  readonly struck: readonly Struck[];
  readonly deaths: readonly string[];
  readonly history: readonly Asked[];
  readonly verdict: readonly Verdict[];
};

/** A rule that breaks for many users usually breaks alike, so the first few are shown. */
const shownMax = 10;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const countsOf = (lines: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(lines, (line) => line)].map(([line, all]) => [line, all.length]));
export const counted = (lines: readonly string[]): string =>
  Object.entries(countsOf(lines))
    .map(([line, count]) => `${count} × ${line}`)
    .join(', ') || 'none';

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** `SIGKILL kafka leader` and `SIGKILL kafka follower` are both a `SIGKILL kafka`. */
const actOf = ({ kind }: Struck): string => kind.replace(/ (leader|controller|follower|primary|secondary)$/, '');

const spread = (values: readonly number[]): { readonly p50: number; readonly p95: number; readonly max: number } => ({
  p50: quantile(values, 0.5),
  p95: quantile(values, 0.95),
  max: quantile(values, 1),
});

function spreadLine(values: readonly number[]): string {
  const { p50, p95, max } = spread(values);
  return `p50 ${seconds(p50)}, p95 ${seconds(p95)}, max ${seconds(max)}`;
}

export const isUnbroken = ({ verdict }: Outcome): boolean => verdict.every(({ violations }) => violations.length === 0);

/** The same figures for a program. */
export function figuresJson(outcome: Outcome): Readonly<Record<string, unknown>> {
  const kills = outcome.struck.filter(({ isKill }) => isKill);
  return {
    cycles: outcome.struck.length,
    kills: countsOf(kills.map(actOf)),
    kinds: countsOf(outcome.struck.map(({ kind }) => kind)),
    mid_charge: kills.filter(({ midCharge }) => midCharge > 0).length,
    recovery_ms: spread(kills.map(({ recoveryMs }) => Math.round(recoveryMs))),
    silence_ms: spread(kills.map(({ silenceMs }) => Math.round(silenceMs))),
    uncaused_deaths: outcome.deaths,
    requests: outcome.history.length,
    broken: Object.fromEntries(
      outcome.verdict.flatMap(({ rule, violations }) => (violations.length === 0 ? [] : [[rule, violations.length]])),
    ),
    holds: isUnbroken(outcome),
  };
}

export function figures({ struck, deaths, history }: Outcome): readonly string[] {
  const kills = struck.filter(({ isKill }) => isKill);
  const times = kills.map(({ recoveryMs }) => recoveryMs);
  const inside = kills.filter(({ midCharge }) => midCharge > 0);
  return [
    `kills            ${kills.length}: ${counted(kills.map(({ kind }) => kind))}`,
    `by act           ${counted(kills.map(actOf))}`,
    `provider faults  ${counted(struck.flatMap(({ kind, isKill }) => (isKill ? [] : [kind])))}`,
    `mid-charge       ${inside.length} of ${kills.length} kills, ${kills.reduce((sum, { midCharge }) => sum + midCharge, 0)} payments being sent at that moment`,
    `recovery         ${spreadLine(times)} (kill → first purchase asked after it and answered)`,
    `silence          ${spreadLine(kills.map(({ silenceMs }) => silenceMs))} (longest time without a purchase that ended well, until all is back)`,
    `deaths uncaused  ${counted(deaths)}`,
    `requests         ${history.length}: ${counted(history.map(({ what, result, status }) => `${what} ${result} ${String(status ?? 'no answer')}`))}`,
  ];
}

export const sizes = ({ documents, provider, payments, facts, commands }: Evidence): string =>
  `judged           ${documents.length} subscribers, ${commands.length} commands, ${payments.length} payments, ${provider.length} provider objects, ${facts.length} facts`;

export const verdictLines = (verdict: readonly Verdict[]): readonly string[] =>
  verdict.flatMap(({ rule, violations }) => [
    violations.length === 0 ? `ok      ${rule}` : `BROKEN  ${rule} (${violations.length})`,
    ...violations.slice(0, shownMax).map((violation) => `          ${violation}`),
  ]);
