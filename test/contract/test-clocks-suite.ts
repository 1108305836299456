import { beforeEach, describe, expect, test } from '@jest/globals';
import type { TestClocks } from '../../src/application/ports/test-clocks.ts';
import { noon } from './samples.ts';

export function testClocksSuite(name: string, open: () => Promise<TestClocks>): void {
  describe(`${name}: test clocks`, () => {
    let clocks: TestClocks;
    let id: string;
    beforeEach(async () => {
      clocks = await open();
      ({ id } = await clocks.create({ name: 'spring', now: noon }));
    });

    test('a new clock stands still', async () => {
      expect(await clocks.find(id)).toEqual({ id, name: 'spring', now: noon, target: noon, status: 'ready' });
      expect(await clocks.find('unknown')).toBeNull();
      expect(await clocks.findAdvancing(10)).toEqual([]);
    });

    test('a target starts a clock, and only a later target is accepted', async () => {
      expect(await clocks.setTarget(id, noon + 100)).toMatchObject({
        now: noon,
        target: noon + 100,
        status: 'advancing',
      });
      expect(await clocks.setTarget(id, noon + 50)).toMatchObject({ target: noon + 100, status: 'advancing' });
      expect(await clocks.setTarget(id, noon - 1)).toBe('earlier');
      expect(await clocks.setTarget('unknown', noon)).toBeNull();
      expect((await clocks.findAdvancing(10)).map((clock) => clock.id)).toEqual([id]);
    });

    test('its present time as a target changes nothing', async () => {
      expect(await clocks.setTarget(id, noon)).toMatchObject({ now: noon, status: 'ready' });
    });

    test('of two concurrent steps from the same instant one wins', async () => {
      await clocks.setTarget(id, noon + 100);
      const steps = [1, 2].map(() => clocks.step(id, { from: noon, to: noon + 10, ready: false }));
      expect((await Promise.all(steps)).toSorted()).toEqual([false, true]);
      expect(await clocks.find(id)).toMatchObject({ now: noon + 10, status: 'advancing' });
    });

    test('a clock is ready when it has arrived, unless the target has moved meanwhile', async () => {
      await clocks.setTarget(id, noon + 100);
      await clocks.step(id, { from: noon, to: noon + 100, ready: false });
      await clocks.setTarget(id, noon + 200);
      await clocks.step(id, { from: noon + 100, to: noon + 100, ready: true });
      expect(await clocks.find(id)).toMatchObject({ now: noon + 100, status: 'advancing' });
      await clocks.step(id, { from: noon + 100, to: noon + 200, ready: true });
      expect(await clocks.find(id)).toMatchObject({ now: noon + 200, status: 'ready' });
    });

    test('advancing clocks are found up to a limit', async () => {
      const others = await Promise.all(['summer', 'autumn'].map((name) => clocks.create({ name, now: noon })));
      for (const clock of [{ id }, ...others]) await clocks.setTarget(clock.id, noon + 1);
      const all = [id, ...others.map((clock) => clock.id)].toSorted();
      expect((await clocks.findAdvancing(10)).map((clock) => clock.id)).toEqual(all);
      expect((await clocks.findAdvancing(2)).map((clock) => clock.id)).toEqual(all.slice(0, 2));
    });

    test('a step of an unknown clock, or from another instant, changes nothing', async () => {
      await clocks.setTarget(id, noon + 100);
      expect(await clocks.step('unknown', { from: noon, to: noon + 1, ready: false })).toBe(false);
      expect(await clocks.step(id, { from: noon + 1, to: noon + 2, ready: false })).toBe(false);
      expect(await clocks.find(id)).toMatchObject({ now: noon, target: noon + 100, status: 'advancing' });
    });

    test('a clock that stands still takes no step', async () => {
      expect(await clocks.step(id, { from: noon, to: noon + 1, ready: true })).toBe(false);
    });
  });
}
