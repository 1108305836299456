/** Makes every random choice of a run, so that its seed determines the whole run. */
export type Random = {
  /** In [0, 1). */
  readonly next: () => number;
  readonly chance: (probability: number) => boolean;
  readonly between: (from: number, to: number) => number;
  /** Both ends included. */
  readonly integer: (from: number, to: number) => number;
  /** Evenly over the orders of magnitude: 1 s, 1 min and 1 h are equally likely between 1 s and 1 h. */
  readonly spread: (from: number, to: number) => number;
  readonly pick: <Value>(from: readonly [Value, ...(readonly Value[])]) => Value;
  /** In the shape of a UUID. */
  readonly id: () => string;
};

/** Precomputed groups of four hexadecimal digits, because ids are made in every step. */
const quads = Array.from({ length: 0x10000 }, (_, bits) => bits.toString(16).padStart(4, '0'));

/** Mulberry32: small, fast, and good enough to choose among faults. */
export function createRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const hex = (digits: number): string => {
    let text = '';
    while (text.length < digits) {
      const bits = next() * 4_294_967_296;
      text += `${quads[bits >>> 16] ?? ''}${quads[bits & 0xffff] ?? ''}`;
    }
    return text.slice(0, digits);
  };
  // Neighbouring seeds begin with similar numbers, which are skipped.
  for (let warm = 0; warm < 8; warm += 1) next();
  return {
    next,
    chance: (probability) => next() < probability,
    between: (from, to) => from + next() * (to - from),
    integer: (from, to) => from + Math.floor(next() * (to - from + 1)),
    spread: (from, to) => from * (to / from) ** next(),
    pick: (from) => from[Math.floor(next() * from.length)] ?? from[0],
    id: () => `${hex(8)}-${hex(4)}-8${hex(3)}-a${hex(3)}-${hex(12)}`,
  };
}
