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
  const unreadyOld = count(({ isCurrent, isReady }) => !isCurrent && !isReady);
  const readyOld = count(({ isCurrent, isReady }) => !isCurrent && isReady);
  const unreadyCurrent = count(({ isCurrent, isReady }) => isCurrent && !isReady);
  // Old pods that are not ready serve no request, so they go first.
  const spare = Math.max(0, readyOld + current - unreadyCurrent - least);
  const endMax = Math.max(0, pods.length - least - unreadyCurrent);
  return {
    start: Math.max(0, Math.min(replicas - current, replicas + maxSurge - pods.length)),
    end: Math.min(endMax, unreadyOld + Math.min(readyOld, spare)),
  };
}

/** Whether one more pod may be evicted: the ready ones that are left must still be as many as the budget asks for. */
export const mayEvict = (ready: number, expected: number, maxUnavailable: number): boolean =>
  ready - 1 >= expected - maxUnavailable;
