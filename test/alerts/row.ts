import type { Stage } from './stage.ts';

/** What a person would write for the capitals of a page's command: USER, ID, KEY. */
export type Words = Readonly<Record<string, string>>;

export type Struck = {
  /** For the commands that the pages have under "Look at". */
  readonly words?: Words;
  /** What the page of the alert says under "Do". */
  readonly cure: () => Promise<void>;
};

/** A fault, the alerts that must come of it, and its cure. */
export type Row = {
  readonly alerts: readonly string[];
  readonly fault: string;
  readonly cure: string;
  /** What must have happened before, so that the alert comes of the fault alone. */
  readonly ready?: (stage: Stage) => Promise<unknown>;
  readonly strike: (stage: Stage, signal: AbortSignal) => Promise<Struck>;
};
