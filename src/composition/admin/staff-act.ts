import { userInfo } from 'node:os';
import { randomId } from '../../adapters/system/ids.ts';
import type { StaffAct } from '../../application/requests/staff-act.ts';
import { redact } from '../../messages/plain-text.ts';

const reasonCharsMax = 500;

export type ActOptions = { readonly reason?: string; readonly actor?: string; readonly key?: string };

/** The act of a command line. With the same key it is the same act again, and without one another act. */
export function staffActOf({ reason = '', actor, key }: ActOptions): StaffAct {
  const id = randomId();
  return {
    actor: actor ?? userInfo().username,
    key: key ?? id,
    reason: redact(reason, reasonCharsMax),
    requestId: id,
  };
}
