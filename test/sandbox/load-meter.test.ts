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
  expect(meter.read()).toEqual({ in_flight_max: 3, per_second_max: 3, per_ten_seconds_max: 3, calls: 3 });
  for (const at of [1_600, 2_000]) {
    nowMs = at;
    meter.arrive()();
  }
  expect(meter.read()).toEqual({ in_flight_max: 3, per_second_max: 3, per_ten_seconds_max: 5, calls: 5 });
  for (nowMs = 20_000; nowMs < 30_000; nowMs += 2_000) meter.arrive()();
  expect(meter.read()).toMatchObject({ per_second_max: 3, per_ten_seconds_max: 5, calls: 10 });
});

test('calls that gathered while the program waited for a core have come one by one', () => {
  let nowMs = 0;
  const meter = createLoadMeter(() => nowMs);
  for (nowMs = 0; nowMs <= 1_000; nowMs += 10) meter.beat();
  nowMs = 1_000;
  meter.arrive()();
  // No beat for 900 ms: three calls are seen at once, and the first has been there for up to 910.
  nowMs = 1_900;
  meter.beat();
  for (let call = 0; call < 3; call += 1) meter.arrive()();
  expect(meter.read().per_second_max).toBe(4);
  nowMs = 2_010;
  for (let call = 0; call < 3; call += 1) meter.arrive()();
  // Those three may have come more than a second before these, so six in a second were not seen.
  expect(meter.read()).toMatchObject({ per_second_max: 4, calls: 7 });
});
