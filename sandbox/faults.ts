/** How a call is spoilt. `isDone` says whether the operation happens before its answer is lost. */
export type Fault = { readonly kind: FaultKind; readonly ms: number; readonly isDone: boolean };
export type FaultKind = keyof typeof FAULT_KINDS;

/** Per kind: whether the operation is done by default, and how long it lasts when nobody says. */
const FAULT_KINDS = {
  latency: { isDone: true, ms: 500 },
  hang: { isDone: true, ms: 120_000 },
  reset: { isDone: true, ms: 0 },
  error_500_done: { isDone: true, ms: 0 },
  error_500_not_done: { isDone: false, ms: 0 },
  too_many_requests: { isDone: false, ms: 0 },
  garbage: { isDone: true, ms: 0 },
} as const;

export const faultKinds: readonly string[] = Object.keys(FAULT_KINDS);
export const isFaultKind = (kind: unknown): kind is FaultKind =>
  typeof kind === 'string' && Object.hasOwn(FAULT_KINDS, kind);
export const faultDefaults = (kind: FaultKind): { readonly isDone: boolean; readonly ms: number } => FAULT_KINDS[kind];

/** Planned faults, oldest first; each is used up by `times` matching calls. They live as long as the process. */
export type Faults = {
  add(on: string, fault: Fault, times: number): void;
  clear(): void;
  /** Takes the fault planned for a call, named by its route (`POST /v3/payments/{id}/cancel`) or its exact path. */
  take(names: readonly string[]): Fault | null;
};

export const createFaults = (): Faults => {
  let planned: { readonly on: string; readonly fault: Fault; timesLeft: number }[] = [];
  return {
    add: (on, fault, times) => void planned.push({ on, fault, timesLeft: times }),
    clear: () => {
      planned = [];
    },
    take: (names) => {
      const found = planned.find((plan) => names.includes(plan.on));
      if (found === undefined) return null;
      found.timesLeft -= 1;
      if (found.timesLeft <= 0) planned = planned.filter((plan) => plan !== found);
      return found.fault;
    },
  };
};
