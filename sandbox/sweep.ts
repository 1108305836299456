import { expireBindingIfDue } from './bindings.ts';
import type { Sandbox } from './sandbox.ts';
import { settleIfDue } from './settle.ts';

/** Ends every page, hold and pending charge whose time is over by its own clock, so that its notification goes out unasked. */
export function sweepExpired(sandbox: Sandbox): void {
  for (const record of sandbox.store.all('payments').values()) settleIfDue(sandbox, record);
  for (const record of sandbox.store.all('bindings').values()) expireBindingIfDue(sandbox, record);
}
