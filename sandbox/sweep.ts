import { expireBindingIfDue } from './bindings.ts';
import type { Sandbox } from './sandbox.ts';
import { expireIfDue } from './settle.ts';

/** Ends every page and hold whose time is over by its own clock, so that its notification goes out unasked. */
export const sweepExpired = (sandbox: Sandbox): void => {
  for (const record of sandbox.store.all('payments').values()) {
    if (record.page.deadlineMs !== null) expireIfDue(sandbox, record);
  }
  for (const record of sandbox.store.all('bindings').values()) {
    if (record.page.deadlineMs !== null) expireBindingIfDue(sandbox, record);
  }
};
