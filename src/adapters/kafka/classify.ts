import { Poison } from '../../application/ports/doors.ts';
import { Fault } from '../../application/ports/fault.ts';

/** What a failed message leads to: dead letter, wait in place, or block the key. */
export type ErrorClass = 'poison' | 'transient' | 'bug';

export const classify = (error: unknown): ErrorClass => {
  if (error instanceof Poison) return 'poison';
  return error instanceof Fault && error.retryable ? 'transient' : 'bug';
};
