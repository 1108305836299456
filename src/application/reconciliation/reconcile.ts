import { secondMs } from '../../domain/model/instant.ts';
import { isWindowDue, windowAt, type WindowName } from '../../domain/reconciliation/windows.ts';
import type { OpenSlice, Walk } from '../ports/reconciliation-walks.ts';
import { alertOperator } from '../services/alert-operators.ts';
import { Fault } from '../ports/faults.ts';
import type { CoreServices } from '../services/core-services.ts';
import { type Compared, compareSlice, type Slice, tooManyPages, type Unavailable } from './compare-slice.ts';
import { alertToNotCompared } from './not-compared.ts';
import { dueAgain } from './open-slices.ts';
import {
  afterAgain,
  afterAgainUnavailable,
  afterSlice,
  beginWalk,
  countsOf,
  isDone,
  isStray,
  narrowed,
  nextSlice,
  passedBy,
  unalerted,
} from './walk.ts';

/** A run begins no slice after this, so that a process that stops loses little; the next run goes on. */
const runMsMax = 30 * secondMs;

/** Alerts operators to money with our names that belongs to no subscriber, and to what cannot be compared, once for each object. */
function alertOnce({ log }: CoreServices, walk: Walk, compared: Compared): void {
  const { found, unreadable, unread } = compared;
  for (const { difference } of found.filter(isStray)) {
    const { subject, kind } = difference;
    if (walk.alerted.includes(subject.id)) continue;
    const detail = `${kind}: a ${subject.object} with our names belongs to no subscriber`;
    alertOperator(log, { rule: 'foreign_object', subjectId: subject.id, detail });
  }
  alertToNotCompared(log, unalerted(walk, compared));
  if (unreadable.length > 0) log.warn('the list of the provider has unreadable objects', { count: unreadable.length });
  if (unread > 0) log.warn('successes that no list has could not be read by their ids', { count: unread });
}

function logDone({ log }: CoreServices, walk: Walk): void {
  const { name, summary } = walk;
  const differences = Object.values(summary.differences).reduce((sum, count) => sum + count, 0);
  log.info('compared with the books of the provider', {
    ...{ job: `reconcile-${name}`, detail: JSON.stringify(summary) },
    count: differences,
  });
}

function logUnavailable({ log }: CoreServices, { name }: Walk, { reason }: Unavailable): void {
  log.warn('the list of the provider cannot be read', { job: `reconcile-${name}`, detail: reason });
}

/** The walk behind a slice that cannot be read, while others can: in an outage of the provider it stays, and loses nothing. */
async function passed(services: CoreServices, walk: Walk, slice: Slice): Promise<Walk | null> {
  const behind = passedBy(walk, slice, services.clock.now());
  if (behind === null || isDone(behind)) return behind;
  const last = { from: walk.to - (slice.to - slice.from), to: walk.to };
  return (await compareSlice(services, last)).kind === 'read' ? behind : null;
}

/** A run that reads nothing is no success: a list that cannot be read for long is an alert. */
const unreadable = ({ name }: Walk, { reason }: Unavailable): Fault =>
  new Fault('list_unreadable', `The list of the provider cannot be read for the window ${name}: ${reason}`, {
    retryable: true,
  });

/** The walk after an open slice was compared again, or could not be read. */
function afterTrying(services: CoreServices, walk: Walk, slice: OpenSlice, compared: Compared | Unavailable): Walk {
  const now = services.clock.now();
  if (compared.kind === 'unavailable') {
    logUnavailable(services, walk, compared);
    return afterAgainUnavailable(walk, slice, compared, now);
  }
  alertOnce(services, walk, compared);
  return afterAgain(walk, slice, compared, now);
}

/** Between two walks: one of the slices that differed is compared again, so that what was put right counts no more. */
async function compareAgain(services: CoreServices, walk: Walk): Promise<Walk> {
  const slice = dueAgain(walk, services.clock.now());
  if (slice === null) return walk;
  const after = afterTrying(services, walk, slice, await compareSlice(services, slice));
  await services.walks.save(after);
  return after;
}

/**
 * Goes on with the window's walk, or begins the next one when it is due. Where the provider does not answer, it
 * throws a Fault, and the next run begins with the same slice. A slice that is compared twice changes nothing. An object
 * that cannot be compared stops no other.
 */
export async function reconcile(services: CoreServices, name: WindowName): Promise<Readonly<Record<string, number>>> {
  const { clock, walks } = services;
  const now = clock.now();
  const saved = await walks.load(name);
  const isRest = saved !== null && isDone(saved) && !isWindowDue(name, saved.startedAt, now);
  if (isRest) return countsOf(await compareAgain(services, saved));
  const isUnderWay = saved !== null && !isDone(saved);
  let walk = isUnderWay ? saved : beginWalk(name, windowAt(name, now), now, saved);
  const deadlineMs = clock.monotonicMs() + runMsMax;
  while (!isDone(walk) && clock.monotonicMs() < deadlineMs) {
    const slice = nextSlice(walk);
    const compared = await compareSlice(services, slice);
    if (compared.kind === 'unavailable') {
      logUnavailable(services, walk, compared);
      const narrower = narrowed(walk);
      const next = narrower ?? (await passed(services, walk, slice));
      if (next !== null) await walks.save(next);
      if (narrower !== null && compared.reason === tooManyPages) return countsOf(narrower);
      throw unreadable(walk, compared);
    }
    alertOnce(services, walk, compared);
    walk = afterSlice(walk, slice, compared, clock.now());
    await walks.save(walk);
  }
  if (isDone(walk)) logDone(services, walk);
  return countsOf(walk);
}
