import { expect, test } from '@jest/globals';
import { createLoadMeter } from '../../sandbox/load-meter.ts';

test('the most calls at once and in any one second are kept', () => {
  let nowMs = 0;
  const meter = createLoadMeter(() => nowMs);
  const ends = [0, 600, 999].map((at) => {
    nowMs = at;
    return meter.arrive();
  });
  for (const end of ends) end();
  expect(meter.read()).toEqual({ in_flight_max: 3, per_second_max: 3, calls: 3 });
  for (const at of [1_600, 2_000]) {
    nowMs = at;
    meter.arrive()();
  }
  expect(meter.read()).toEqual({ in_flight_max: 3, per_second_max: 3, calls: 5 });
});
