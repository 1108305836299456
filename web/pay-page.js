/* global location, sessionStorage */
import { read, Refusal } from './api.js';
import { openPage } from './commands.js';
import { text } from './language.js';

/** Remembered in the tab while the visitor is at the provider. */
const awaitedKey = 'cinema-billing-awaited';

/** Goes to a page of the provider. What becomes of it is shown when the visitor is back. */
export async function goToPage(command, fields) {
  return follow(command, await openPage(command, fields), () => text('done.paid_plain'));
}

/** Follows an answer to its page; without one it is done, as `done` says. */
export function follow(command, { redirectUrl, statusUrl }, done) {
  if (redirectUrl === null) return done;
  if (statusUrl !== null) sessionStorage.setItem(awaitedKey, JSON.stringify({ command, statusUrl }));
  location.assign(redirectUrl);
  return null;
}

/** What was awaited has been said. */
export const forgetAwaited = () => sessionStorage.removeItem(awaitedKey);

/** A status that is not shown to this visitor, such as that of a former user of the tab, is not awaited any more. */
async function statusOf(statusUrl) {
  try {
    return await read(statusUrl);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    forgetAwaited();
    return { status: 'unknown', rejection: null };
  }
}

/**
 * The command whose page the visitor was sent to, once it has ended: `{command, rejection}`; null before that, and after
 * `forgetAwaited`.
 */
export async function readAwaited() {
  const awaited = JSON.parse(sessionStorage.getItem(awaitedKey));
  if (awaited === null) return null;
  const { status, rejection } = await statusOf(awaited.statusUrl);
  if (status !== 'completed' && status !== 'rejected') return null;
  return { command: awaited.command, rejection };
}
