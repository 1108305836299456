import { createTestClock } from '../../application/create-test-clock.ts';
import type { CreateTestClockServices } from '../../application/create-test-clock.ts';
import type { TestClock } from '../../application/ports/test-clocks.ts';
import { presentTestClock } from './presenters.ts';
import { Problem } from './problem.ts';
import { ok } from './route.ts';
import type { Answer, Route, UserCall } from './route.ts';

const unknownClock = (): Problem => new Problem(404, '4008', { detail: 'no such test clock' });

async function create(services: CreateTestClockServices, call: UserCall): Promise<Answer> {
  const { name, now } = call.body as { name: string; now: string };
  const clock = await createTestClock(services, { name, now: Date.parse(now) });
  return { status: 201, json: presentTestClock(clock) };
}

function presentFound(clock: TestClock | null): Answer {
  if (clock === null) throw unknownClock();
  return ok(presentTestClock(clock));
}

async function advance(services: CreateTestClockServices, call: UserCall): Promise<Answer> {
  const { to } = call.body as { to: string };
  const clock = await services.testClocks.setTarget(call.path['id'] ?? '', Date.parse(to));
  if (clock === 'earlier') throw new Problem(422, '4008', { detail: 'a clock only moves forward' });
  if (clock === null) throw unknownClock();
  return { status: 202, json: presentTestClock(clock) };
}

/** Only where the configuration has test clocks; superusers move them, everybody may buy on one. */
export const testClockRoutes = (services: CreateTestClockServices): readonly Route[] => [
  {
    method: 'post',
    path: '/api/v1/test-clocks',
    access: 'superuser',
    takesBody: 'order',
    handle: (call) => create(services, call),
  },
  {
    method: 'get',
    path: '/api/v1/test-clocks/{id}',
    access: 'superuser',
    handle: async (call) => presentFound(await services.testClocks.find(call.path['id'] ?? '')),
  },
  {
    method: 'post',
    path: '/api/v1/test-clocks/{id}/advance',
    access: 'superuser',
    takesBody: 'order',
    handle: (call) => advance(services, call),
  },
];
