import { expireBindingIfDue } from './bindings.ts';
import type { Sandbox } from './sandbox.ts';
import { endIfDue } from './settle.ts';

/** Ends every page, authorization and pending charge that is over, so that its notification is sent without a request. */
export function sweepExpired(sandbox: Sandbox): void {
  for (const record of sandbox.store.all('payments').values()) endIfDue(sandbox, record);
  for (const record of sandbox.store.all('bindings').values()) expireBindingIfDue(sandbox, record);
}
