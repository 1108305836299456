import { randomUUID } from 'node:crypto';
import type { TestClock, TestClocks } from '../../src/application/ports/test-clocks.ts';

export function createMemoryTestClocks(): TestClocks {
  const clocks = new Map<string, TestClock>();
  const put = (clock: TestClock): TestClock => {
    clocks.set(clock.id, clock);
    return clock;
  };
  return {
    create: ({ name, now }) => Promise.resolve(put({ id: randomUUID(), name, now, target: now, status: 'ready' })),
    find: (id) => Promise.resolve(clocks.get(id) ?? null),
    setTarget: (id, to) => {
      const clock = clocks.get(id);
      if (clock === undefined) return Promise.resolve(null);
      if (to < clock.now) return Promise.resolve('earlier');
      const target = Math.max(clock.target, to);
      return Promise.resolve(put({ ...clock, target, status: target > clock.now ? 'advancing' : clock.status }));
    },
    findAdvancing: (limit) =>
      Promise.resolve(
        [...clocks.values()]
          .filter(({ status }) => status === 'advancing')
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, limit),
      ),
    step: (id, { from, to, ready }) => {
      const clock = clocks.get(id);
      if (clock?.status !== 'advancing' || clock.now !== from) return Promise.resolve(false);
      put({ ...clock, now: to, status: ready && clock.target === to ? 'ready' : 'advancing' });
      return Promise.resolve(true);
    },
  };
}
