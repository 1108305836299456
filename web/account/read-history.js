import { read } from '../api.js';

/** Payments of one page of the history. */
const pageLength = 10;

/** Every payment that was read, by id. Each refresh reads the newest page again; older pages are read once. */
const known = new Map();
/** Where the next older page begins; undefined before the first one was read. */
let older;

async function readPage(query) {
  const { data, next } = await read(`/api/v1/payments?limit=${pageLength}${query}`);
  for (const payment of data) known.set(payment.id, payment);
  return next;
}

/** The payments that were read so far, newest first. */
export async function readHistory() {
  const next = await readPage('');
  if (older === undefined) older = next;
  const payments = [...known.values()].sort((one, other) => other.created_at.localeCompare(one.created_at));
  return { payments, hasMore: older !== null };
}

export async function readOlder() {
  older = await readPage(`&after=${encodeURIComponent(older)}`);
}
