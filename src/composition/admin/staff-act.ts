import { userInfo } from 'node:os';
import { randomId } from '../../adapters/system/ids.ts';
import type { StaffAct } from '../../application/requests/staff-act.ts';
import { redact } from '../../messages/plain-text.ts';

const reasonCharsMax = 500;

/** The act of a command line. Each has a key of its own: typed again, it is another act that finds nothing left to do. */
export function staffActOf({ reason = '', actor }: { readonly reason?: string; readonly actor?: string }): StaffAct {
  const id = randomId();
  return { actor: actor ?? userInfo().username, key: id, reason: redact(reason, reasonCharsMax), requestId: id };
}
