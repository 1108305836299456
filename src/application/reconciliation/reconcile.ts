import { secondMs } from '../../domain/model/instant.ts';
import { isWindowDue, windowAt, type WindowName } from '../../domain/reconciliation/windows.ts';
import type { Walk } from '../ports/reconciliation-walks.ts';
import { alertOperator } from '../services/alert-operators.ts';
import type { CoreServices } from '../services/core-services.ts';
import { type Compared, compareSlice } from './compare-slice.ts';
import { afterSlice, afterUnavailable, beginWalk, isDone, isStray, nextSlice } from './walk.ts';

/** A run begins no slice after this, so that a process that stops loses little; the next run goes on. */
const runMsMax = 30 * secondMs;

/** Counts for metrics: of the walk under way, or of the last one. */
const countsOf = ({ summary: { differences, ...counts } }: Walk): Readonly<Record<string, number>> => ({
  ...counts,
  ...differences,
});

/** Alerts operators to money with our names that belongs to no subscriber, once for each object. */
function alertToStrays({ log }: CoreServices, { alerted }: Walk, { found, unreadable }: Compared): void {
  for (const { difference } of found.filter(isStray)) {
    const { subject, kind } = difference;
    if (alerted.includes(subject.id)) continue;
    const detail = `${kind}: a ${subject.object} with our names belongs to no subscriber`;
    alertOperator(log, { rule: 'foreign_object', subjectId: subject.id, detail });
  }
  if (unreadable.length > 0) log.warn('the list of the provider has unreadable objects', { count: unreadable.length });
}

function logDone({ log }: CoreServices, walk: Walk): void {
  const { name, summary } = walk;
  const differences = Object.values(summary.differences).reduce((sum, count) => sum + count, 0);
  log.info('compared with the books of the provider', {
    ...{ job: `reconcile-${name}`, detail: JSON.stringify(summary) },
    count: differences,
  });
}

/**
 * Goes on with the window's walk, or begins the next one when it is due. Where the provider does not answer, the run ends and
 * the next one begins with the same slice. A slice that is compared twice changes nothing.
 */
export async function reconcile(services: CoreServices, name: WindowName): Promise<Readonly<Record<string, number>>> {
  const { clock, walks, log } = services;
  const now = clock.now();
  const saved = await walks.load(name);
  const isRest = saved !== null && isDone(saved) && !isWindowDue(name, saved.startedAt, now);
  if (isRest) return countsOf(saved);
  const isUnderWay = saved !== null && !isDone(saved);
  let walk = isUnderWay ? saved : beginWalk(name, windowAt(name, now), now, saved?.alerted ?? []);
  const deadlineMs = clock.monotonicMs() + runMsMax;
  while (!isDone(walk) && clock.monotonicMs() < deadlineMs) {
    const slice = nextSlice(walk);
    const compared = await compareSlice(services, slice);
    if (compared.kind === 'unavailable') {
      log.warn('the list of the provider cannot be read', { job: `reconcile-${name}`, detail: compared.reason });
      const narrower = afterUnavailable(walk, compared);
      if (narrower !== walk) await walks.save(narrower);
      return countsOf(walk);
    }
    alertToStrays(services, walk, compared);
    walk = afterSlice(walk, slice, compared);
    await walks.save(walk);
  }
  if (isDone(walk)) logDone(services, walk);
  return countsOf(walk);
}
