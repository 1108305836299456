import type { ScaledObject } from './autoscaler.ts';

/** One decision of the autoscaler. */
export type Look = {
  readonly seconds: number;
  readonly ordered: number;
  readonly lag: number;
  /** Pods that have started; as many as there should be before and after. */
  readonly running: number;
  readonly from: number;
  readonly to: number;
};

export type Plan = {
  readonly scaled: ScaledObject;
  /** A backlog for three pods, placed before the first one starts. */
  readonly first: number;
  /** Placed while none of the three runs, as after a fault of all of them. */
  readonly rest: number;
  /** Placed while pods leave, so that they leave with work in hand. */
  readonly late: number;
};

export const lookLine = ({ seconds, ordered, lag, running, from, to }: Look): string =>
  [
    `${String(seconds).padStart(6)} s`,
    `${String(ordered).padStart(6)} ordered`,
    `${String(lag).padStart(6)} wait`,
    `${String(running).padStart(2)} of ${from} pods run`,
    ...(from === to ? [] : [`→ ${to}`]),
  ].join('  ');
