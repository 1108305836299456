/** How the answer of a call is spoilt. `isDone` says whether the operation is done before its answer is lost. */
export type Fault = { readonly kind: FaultKind; readonly ms: number; readonly isDone: boolean };
export type FaultKind = keyof typeof faultKindList;

/** The defaults of each kind: whether the operation is done, and how long the fault lasts. */
const faultKindList = {
  latency: { isDone: true, ms: 500 },
  hang: { isDone: true, ms: 120_000 },
  reset: { isDone: true, ms: 0 },
  error_500_done: { isDone: true, ms: 0 },
  error_500_not_done: { isDone: false, ms: 0 },
  too_many_requests: { isDone: false, ms: 0 },
  garbage: { isDone: true, ms: 0 },
  gateway_refusal: { isDone: true, ms: 0 },
  wrong_amount: { isDone: true, ms: 0 },
  pending_then_succeeded: { isDone: true, ms: 5_000 },
} as const;

export const faultKinds: readonly string[] = Object.keys(faultKindList);
export const isFaultKind = (kind: unknown): kind is FaultKind =>
  typeof kind === 'string' && Object.hasOwn(faultKindList, kind);
export const faultDefaults = (kind: FaultKind): { readonly isDone: boolean; readonly ms: number } =>
  faultKindList[kind];

/** `on` is a route or an exact path; `about` a text in the call or in the request that created its payment. */
type Plan = { readonly on: string; readonly about: string; readonly fault: Fault };

/** Planned faults, oldest first; each serves `times` matching calls. They end with the process. */
export type Faults = {
  add(plan: Plan, times: number): void;
  clear(): void;
  /** Takes the fault planned for a call, named by its route (`POST /v3/payments/{id}/cancel`) or its exact path. */
  take(names: readonly string[], isAbout: (text: string) => boolean): Fault | null;
};

export function createFaults(): Faults {
  let planned: (Plan & { timesLeft: number })[] = [];
  return {
    add: (plan, times) => void planned.push({ ...plan, timesLeft: times }),
    clear: () => {
      planned = [];
    },
    take: (names, isAbout) => {
      const found = planned.find((plan) => names.includes(plan.on) && isAbout(plan.about));
      if (found === undefined) return null;
      found.timesLeft -= 1;
      if (found.timesLeft <= 0) planned = planned.filter((plan) => plan !== found);
      return found.fault;
    },
  };
}
