/** What became of one alert of a row; null: it did not come to that in time. */
export type Outcome = {
  readonly alert: string;
  readonly fault: string;
  readonly firedAfterMs: number | null;
  /** From the cure, or 0 where it was silent before. */
  readonly silentAfterMs: number | null;
  /** What of its page was of no use. */
  readonly wrong: readonly string[];
};

const alertWidth = 22;
const timeWidth = 9;

const seconds = (ms: number | null): string =>
  (ms === null ? 'NEVER' : `${(ms / 1_000).toFixed(0)} s`).padStart(timeWidth);

export const headline = `  ${'alert'.padEnd(alertWidth)} ${'fires'.padStart(timeWidth)} ${'silent'.padStart(timeWidth)}  fault`;

export const outcomeLines = ({ alert, fault, firedAfterMs, silentAfterMs, wrong }: Outcome): readonly string[] => [
  `  ${alert.padEnd(alertWidth)} ${seconds(firedAfterMs)} ${seconds(silentAfterMs)}  ${fault}`,
  ...wrong.map((one) => `    ! ${one}`),
];

export const isWell = ({ firedAfterMs, silentAfterMs, wrong }: Outcome): boolean =>
  firedAfterMs !== null && silentAfterMs !== null && wrong.length === 0;
