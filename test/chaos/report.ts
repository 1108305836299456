import type { Verdict } from './checker.ts';
import type { Asked, Evidence } from './evidence.ts';

export type Struck = {
  readonly kind: string;
  readonly isKill: boolean;
  readonly midCharge: number;
  readonly recoveryMs: number;
};

/** A rule that breaks for many users usually breaks alike, so the first few are shown. */
const shownMax = 10;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const counted = (lines: readonly string[]): string =>
  [...Map.groupBy(lines, (line) => line)].map(([line, all]) => `${all.length} × ${line}`).join(', ') || 'none';

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function figures(
  struck: readonly Struck[],
  deaths: readonly string[],
  history: readonly Asked[],
): readonly string[] {
  const kills = struck.filter(({ isKill }) => isKill);
  const times = kills.map(({ recoveryMs }) => recoveryMs);
  const inside = kills.filter(({ midCharge }) => midCharge > 0);
  return [
    `kills            ${kills.length}: ${counted(kills.map(({ kind }) => kind))}`,
    `provider faults  ${counted(struck.flatMap(({ kind, isKill }) => (isKill ? [] : [kind])))}`,
    `mid-charge       ${inside.length} of ${kills.length} kills, ${kills.reduce((sum, { midCharge }) => sum + midCharge, 0)} payments being sent at that moment`,
    `recovery         p50 ${seconds(quantile(times, 0.5))}, p95 ${seconds(quantile(times, 0.95))}, max ${seconds(quantile(times, 1))} (kill → first purchase asked after it and answered)`,
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
