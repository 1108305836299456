/** More than two cores run in a second, so that a run which begins after another has ended begins beyond its seeds. */
const seedsPerSecond = 50;
/** Random numbers have a state of 32 bits. The seeds last for 2.7 years, and then begin again. */
const seedsMax = 2 ** 32;

/** A seed with which nobody has run the simulation: what a range finds is mended, and then the range proves nothing more. */
export const freshSeed = (now: number): number => (Math.floor(now / 1000) * seedsPerSecond) % seedsMax;
