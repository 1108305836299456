import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import { begin, bought, cells, type PaidDays, user } from './paid-days-world.ts';

const delays = [0, 3 * secondMs, minuteMs, hourMs, 5 * hourMs, 23 * hourMs, 26 * hourMs, 60 * hourMs, 10 * dayMs];

describe.each(cells)('$name: each paid day had access, and none is paid twice or lost', (cell) => {
  test.each(delays.map((ms) => [ms]))('a purchase that is learnt late by %i ms', async (ms) => {
    for (const capturedBy of [0, -10 * minuteMs, 10 * minuteMs]) {
      const days = begin(cell);
      await days.buy();
      days.finish('succeeded', capturedBy);
      days.stop(ms);
      await days.pass(hourMs);
      await days.pass(days.boundary(1) + hourMs - days.system.clock.now());
      expect(days.paid.length).toBe(3);
      days.check();
    }
  });

  test.each(delays.map((ms) => [ms]))('a charge whose success is learnt late by %i ms', async (ms) => {
    for (const capturedBy of [0, -ms, 10 * minuteMs]) {
      const days = await bought(cell);
      await days.setCard({ next: 'pending' });
      await days.pass(days.boundary() + minuteMs - days.system.clock.now());
      days.stop(ms / 2);
      days.finish('succeeded', capturedBy);
      days.stop(ms / 2);
      await days.pass(hourMs);
      await days.pass(days.boundary() + 2 * dayMs - days.system.clock.now());
      expect(days.paid.length).toBeGreaterThan(2);
      days.check();
    }
  });

  test.each([1, 2, 3, 4, 5, 6])('a charge that is declined %i times, then by each way recovered', async (times) => {
    for (const how of ['charge', 'page'] as const) {
      const days = await bought(cell);
      await days.setCard({ always: 'insufficient_funds' });
      let declines = 0;
      await days.pass(days.boundary() - days.system.clock.now());
      for (; declines < times && (await days.system.state(user)).subscription?.status !== 'expired';) {
        await days.pass(12 * hourMs);
        declines = days.system.provider.entries().filter(({ object }) => object.status === 'canceled').length;
      }
      await days.setCard({ always: 'succeeded' });
      if (how === 'page') {
        await days.buy();
        days.finish('succeeded', 0);
      }
      await days.pass(8 * dayMs);
      days.check();
    }
  });

  test.each([0, 1, 2, 3])('all is stopped over %i boundaries', async (boundaries) => {
    for (const beyond of [minuteMs, 5 * hourMs, 19 * hourMs]) {
      const days = await bought(cell);
      days.stop(days.boundary(boundaries - 1) + beyond - days.system.clock.now());
      await days.pass(2 * dayMs);
      days.check();
    }
  });

  test.each([-dayMs, -hourMs, minuteMs, 30 * hourMs])('a cancel %i ms after the boundary, handled late', async (ms) => {
    for (const lateMs of [0, 26 * hourMs, 5 * dayMs]) {
      const days = await bought(cell);
      const acceptedAt = Math.max(days.boundary() + ms, days.system.clock.now());
      await days.pass(acceptedAt + lateMs - days.system.clock.now());
      await days.cancel(acceptedAt);
      await days.pass(3 * dayMs);
      days.check();
    }
  });
});

type Step = readonly ['pass' | 'stop' | 'decline' | 'pend' | 'finish' | 'pay' | 'cancel', number];

async function take(days: PaidDays, [kind, part]: Step, lengthMs: number): Promise<void> {
  const ms = Math.round(part * lengthMs);
  switch (kind) {
    case 'pass':
      return days.pass(ms);
    case 'decline':
      return days.setCard({
        always: part < 1.5 ? 'insufficient_funds' : part < 2.5 ? 'issuer_unavailable' : 'succeeded',
      });
    case 'pend':
      return days.setCard({ next: 'pending' });
    case 'pay':
      await days.buy();
      return;
    case 'cancel':
      return part < 0.5 ? days.cancel() : days.work();
    case 'stop':
      days.stop(ms);
      return;
    case 'finish':
      days.finish(part < 2 ? 'succeeded' : 'insufficient_funds', Math.round((part - 1) * 20) * minuteMs);
  }
}

test('whatever happens in whatever order', async () => {
  const kinds = fc.constantFrom<Step[0]>('pass', 'pass', 'stop', 'decline', 'pend', 'finish', 'pay', 'cancel');
  const steps = fc.array(fc.tuple(kinds, fc.double({ min: 0, max: 3, noNaN: true })), { minLength: 3, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...cells), steps, async (cell, taken) => {
      const days = await bought(cell);
      const lengthMs = days.boundary() - (days.paid[0]?.from ?? 0);
      for (const step of taken) await take(days, step, lengthMs);
      await days.setCard({ always: 'succeeded' });
      await days.pass(3 * dayMs);
      days.check();
    }),
    { numRuns: 60 },
  );
}, 120_000);
