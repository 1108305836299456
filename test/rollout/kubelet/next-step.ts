type Standing = { readonly isCurrent: boolean; readonly isReady: boolean };
type Strategy = { readonly replicas: number; readonly maxSurge: number; readonly maxUnavailable: number };

/** What a Deployment may do now: how many pods of the current template to start, and how many old ones to end. */
export function nextStep(
  pods: readonly Standing[],
  { replicas, maxSurge, maxUnavailable }: Strategy,
): { readonly start: number; readonly end: number } {
  const count = (wanted: (pod: Standing) => boolean): number => pods.filter(wanted).length;
  const least = replicas - maxUnavailable;
  const current = count(({ isCurrent }) => isCurrent);
  const starting = count(({ isCurrent, isReady }) => isCurrent && !isReady);
  // Old pods that are not ready serve no request, so they go first.
  const useless = count(({ isCurrent, isReady }) => !isCurrent && !isReady);
  const spare = Math.max(0, count(({ isReady }) => isReady) - least);
  return {
    start: Math.max(0, Math.min(replicas - current, replicas + maxSurge - pods.length)),
    end: Math.max(0, Math.min(pods.length - least - starting, useless + spare, pods.length - current)),
  };
}

/** Whether one more pod may be evicted: the ready ones that are left must still be as many as the budget asks for. */
export const mayEvict = (ready: number, expected: number, maxUnavailable: number): boolean =>
  ready - 1 >= expected - maxUnavailable;
