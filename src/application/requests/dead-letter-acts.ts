import { hintGroup } from '../ports/blocked-keys.ts';
import type { DeadLetters, DeadLetterState, KeptDeadLetter } from '../ports/dead-letters.ts';
import type { ReplayRefusal, SealedRecords } from '../ports/sealed-records.ts';
import { auditAct, type StaffAct, type StaffActServices } from './staff-act.ts';

export type DeadLetterServices = StaffActServices & {
  readonly deadLetters: Pick<DeadLetters, 'find' | 'close'>;
  readonly records: Pick<SealedRecords, 'replayRefusal' | 'replay'>;
};

export type CloseAnswer =
  | { readonly kind: 'not_found' }
  /** The wanted end is reached, by this act or an earlier one. */
  | { readonly kind: 'closed'; readonly letter: KeptDeadLetter }
  /** It came to another end before. */
  | { readonly kind: 'closed_otherwise'; readonly state: DeadLetterState }
  | { readonly kind: 'refused'; readonly refusal: ReplayRefusal };

type End = Exclude<DeadLetterState, 'open'>;

function auditEnd(services: StaffActServices, letter: KeptDeadLetter, end: End, act: StaffAct): Promise<void> {
  const userId = letter.consumerGroup === hintGroup ? null : letter.key;
  const subject = { kind: 'dead_letter', id: letter.id };
  const action = end === 'replayed' ? 'dead_letter.replay' : 'dead_letter.discard';
  return auditAct(services, act, { action, subject, userId, before: { state: 'open' }, after: { state: end } });
}

/** The answer without any act: there is no such dead letter, or it is closed. Null while it is open. */
function answerWithoutAct(letter: KeptDeadLetter | null, end: End): CloseAnswer | null {
  if (letter === null) return { kind: 'not_found' };
  if (letter.state === 'open') return null;
  return letter.state === end ? { kind: 'closed', letter } : { kind: 'closed_otherwise', state: letter.state };
}

async function close(
  { deadLetters, clock }: DeadLetterServices,
  letter: KeptDeadLetter,
  end: End,
): Promise<CloseAnswer> {
  const closedAt = clock.now();
  const state = await deadLetters.close(letter.id, end, closedAt);
  return answerWithoutAct(state === null ? null : { ...letter, state, closedAt }, end) ?? { kind: 'not_found' };
}

/**
 * Publishes the record again, to be handled as if it came now. What fails again is a dead letter of its own that names
 * this one. A process that dies before the dead letter is closed leaves it open, and its next replay repeats the record:
 * handlers tolerate a repeat.
 */
export async function replayDeadLetter(
  services: DeadLetterServices & { readonly publishDeadlineMs: number },
  id: string,
  act: StaffAct,
): Promise<CloseAnswer> {
  const { deadLetters, records, publishDeadlineMs } = services;
  const letter = await deadLetters.find(id);
  const early = answerWithoutAct(letter, 'replayed');
  if (early !== null || letter === null) return early ?? { kind: 'not_found' };
  const refusal = records.replayRefusal(letter);
  if (refusal !== null) return { kind: 'refused', refusal };
  await auditEnd(services, letter, 'replayed', act);
  await records.replay(letter, id, publishDeadlineMs);
  return close(services, letter, 'replayed');
}

/** Closes the dead letter: its record is never carried out. */
export async function discardDeadLetter(services: DeadLetterServices, id: string, act: StaffAct): Promise<CloseAnswer> {
  const letter = await services.deadLetters.find(id);
  const early = answerWithoutAct(letter, 'discarded');
  if (early !== null || letter === null) return early ?? { kind: 'not_found' };
  await auditEnd(services, letter, 'discarded', act);
  return close(services, letter, 'discarded');
}
