import { writeSync } from 'node:fs';
import { loadavg } from 'node:os';

/** One figure: ours beside its peer, measured in the same run. `how` says what was counted, for a figure read alone. */
export type Figure = {
  readonly figure: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly ratio: number | null;
  readonly unit: string;
  readonly how: string;
};

const isJson = process.argv.includes('--json');
const standardOutput = 1;
// The stack reports its start on standard output; with --json only the figures may appear there.
if (isJson) process.stdout.write = process.stderr.write.bind(process.stderr);

const rounded = (value: number): number => Number(value.toPrecision(4));

/** Ours first, then the peer of the same run; null where a figure has none. */
export type Pair = readonly [ours: number, peer: number | null];

export function reportFigure(figure: string, [ours, peer]: Pair, unit: string, how: string): void {
  const ratio = peer === null || peer === 0 ? null : rounded(ours / peer);
  const line: Figure = { figure, ours: rounded(ours), peer: peer === null ? null : rounded(peer), ratio, unit, how };
  if (isJson) writeSync(standardOutput, `${JSON.stringify(line)}\n`);
  else console.log(tableRow(line));
}

export function reportLoad(): void {
  const loads = loadavg().map((load) => load.toFixed(1));
  process.stderr.write(`load of the machine: ${loads.join(', ')} (1, 5 and 15 minutes)\n`);
}

function tableRow({ figure, ours, peer, ratio, unit, how }: Figure): string {
  const beside = peer === null ? '' : `peer ${peer} ${unit}, ratio ${ratio ?? '-'}`;
  return `${figure.padEnd(44)} ${String(ours).padStart(8)} ${unit.padEnd(10)} ${beside.padEnd(36)} ${how}`;
}

export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);
