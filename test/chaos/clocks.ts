import { pause } from './pause.ts';

const hourMs = 3_600_000;
/** A quarter of the daily tariff's period: every subscriber falls due every fourth step. */
const stepMs = 6 * hourMs;
const everyMs = 1_000;
const startsAt = Date.parse('2031-01-30T09:00:00Z');

export type Staff = { readonly api: string; readonly headers: Readonly<Record<string, string>> };

async function callJson(
  { api, headers }: Staff,
  path: string,
  body?: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const how = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(`${api}${path}`, { headers, signal: AbortSignal.timeout(10_000), ...how });
  return (await answer.json()) as Readonly<Record<string, unknown>>;
}

export async function createClocks(staff: Staff, count: number): Promise<readonly string[]> {
  const now = new Date(startsAt).toISOString();
  const clocks = Array.from({ length: count }, (_none, index) =>
    callJson(staff, '/api/v1/test-clocks', { name: `chaos ${index + 1}`, now }),
  );
  return (await Promise.all(clocks)).map(({ id }) => String(id));
}

/** Moves a clock that stands still by one hour, so that hourly status checks on the business clock fall due. */
export async function nudgeClock(staff: Staff, id: string, ms = hourMs): Promise<void> {
  const { status, now } = await callJson(staff, `/api/v1/test-clocks/${id}`);
  // A clock that is still advancing is left alone.
  if (status !== 'ready') return;
  const to = new Date(Date.parse(String(now)) + ms).toISOString();
  await callJson(staff, `/api/v1/test-clocks/${id}/advance`, { to });
}

/** Subscribers are bound to clocks that advance, so that renewals, declines and expiries happen during the kills. */
export function runClocks(staff: Staff, clocks: readonly string[]): () => Promise<void> {
  let going = true;
  async function run(): Promise<void> {
    while (going) {
      // An unanswered call is made again a second later; the API may be dead.
      await Promise.allSettled(clocks.map((id) => nudgeClock(staff, id, stepMs)));
      await pause(everyMs);
    }
  }
  const running = run();
  return async () => {
    going = false;
    await running;
  };
}
