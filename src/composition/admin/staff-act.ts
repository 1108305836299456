import { userInfo } from 'node:os';
import { randomId } from '../../adapters/system/ids.ts';
import { Fault } from '../../application/ports/faults.ts';
import type { StaffAct } from '../../application/requests/staff-act.ts';
import { redact } from '../../messages/plain-text.ts';

const reasonCharsMax = 500;

/** As the operating system knows them. The user of a container has a number and no name. */
export function nameOfUser(lookUp: () => { readonly username: string } = userInfo): string {
  try {
    return lookUp().username;
  } catch (cause) {
    const message = 'The user of this process has no name: say who acts with --actor NAME.';
    throw new Fault('actor_unknown', message, { retryable: false, cause });
  }
}

export type ActOptions = { readonly reason?: string; readonly actor?: string; readonly key?: string };

/** The act of a command line. With the same key it is the same act again, and without one another act. */
export function staffActOf({ reason = '', actor, key }: ActOptions): StaffAct {
  const id = randomId();
  return {
    actor: actor ?? nameOfUser(),
    key: key ?? id,
    reason: redact(reason, reasonCharsMax),
    requestId: id,
  };
}
