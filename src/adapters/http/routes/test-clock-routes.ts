import { createTestClock, type CreateTestClockServices } from '../../../application/requests/create-test-clock.ts';
import type { TestClock } from '../../../application/ports/test-clocks.ts';
import type { Instant } from '../../../domain/model/instant.ts';
import { parseInstant } from '../../../messages/parse-instant.ts';
import { presentTestClock } from './presenters.ts';
import { invalidAt, Problem, problemOf } from '../contract/problem.ts';
import type { Answer, Routes, UserCall } from '../contract/route.ts';

/** The years of the contract, checked in UTC: an offset can move a time out of the year that it is written in. */
const since = Date.UTC(1970, 0);
const before = Date.UTC(2200, 0);

function clockTime(text: string, place: string): Instant {
  const instant = parseInstant(text);
  if (instant === null || instant < since || instant >= before)
    throw invalidAt(place, 'must be a time of 1970 to 2199');
  return instant;
}

async function create(services: CreateTestClockServices, call: UserCall): Promise<Answer> {
  const { name, now } = call.body as { name: string; now: string };
  const clock = await createTestClock(services, { name, now: clockTime(now, 'body/now') });
  return { status: 201, json: presentTestClock(clock) };
}

function answerWith(status: number, clock: TestClock | null): Answer {
  if (clock === null) throw problemOf('test_clock_not_found');
  return { status, json: presentTestClock(clock) };
}

async function advance(services: CreateTestClockServices, call: UserCall): Promise<Answer> {
  const { to } = call.body as { to: string };
  const clock = await services.testClocks.setTarget(call.path['id'] ?? '', clockTime(to, 'body/to'));
  if (clock === 'earlier') throw new Problem(422, '4008', { detail: 'a clock only moves forward' });
  return answerWith(202, clock);
}

/** Only where the configuration has test clocks; superusers move them, any user may buy on one. */
export const testClockRoutes = (services: CreateTestClockServices): Routes => ({
  createTestClock: { access: 'superuser', handle: (call) => create(services, call) },
  readTestClock: {
    access: 'superuser',
    handle: async (call) => answerWith(200, await services.testClocks.find(call.path['id'] ?? '')),
  },
  advanceTestClock: { access: 'superuser', handle: (call) => advance(services, call) },
});
