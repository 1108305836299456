import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';

const realNextTick = process.nextTick.bind(process);

/**
 * Runs every promise continuation that can run: a tick begins only when none is left. It is cheaper than a turn of the
 * event loop, of which a run would take ten thousand. Only the scheduler may take a turn.
 */
export const realTurn = (): Promise<void> => new Promise((resolve) => realNextTick(resolve));

const forbidden = (name: string) => (): never => {
  throw new Error(`${name} is forbidden in the simulation: time, chance and waiting come from ports`);
};

const places: readonly (readonly [label: string, holder: object, names: readonly string[]])[] = [
  ['', globalThis, ['setTimeout', 'setInterval', 'setImmediate', 'fetch']],
  ['Math.', Math, ['random']],
  ['performance.', globalThis.performance, ['now']],
  ['process.', process, ['hrtime', 'nextTick']],
  ['crypto.', globalThis.crypto, ['randomUUID', 'getRandomValues']],
  ['crypto.', crypto, ['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync']],
  ['timers.', timers, ['setTimeout', 'setInterval', 'setImmediate']],
  ['timers.', timersPromises, ['setTimeout', 'setInterval', 'setImmediate']],
  ['Temporal.Now.', Temporal.Now, ['instant', 'zonedDateTimeISO', 'plainDateTimeISO', 'plainDateISO', 'plainTimeISO']],
  ['AbortSignal.', AbortSignal, ['timeout']],
];

/** A date from an instant is arithmetic; a date without an argument reads the wall clock. */
class DateWithoutClock extends Date {
  static override now = forbidden('Date.now');
  constructor(at?: number | string) {
    super(at ?? forbidden('new Date()')());
  }
}

function replace(holder: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(holder, name);
  Object.defineProperty(holder, name, { value, configurable: true, writable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(holder, name);
    else Object.defineProperty(holder, name, before);
  };
}

/** Until the returned function is called, any use of the wall clock, chance or a timer of the machine throws. */
export function forbidHiddenInputs(): () => void {
  const undo = places.flatMap(([label, holder, names]) =>
    names.map((name) => replace(holder, name, forbidden(`${label}${name}`))),
  );
  undo.push(replace(globalThis, 'Date', DateWithoutClock));
  // The fakes copy what they store; here, as in the simulated database, saved objects are never changed.
  undo.push(replace(globalThis, 'structuredClone', <Value>(value: Value): Value => value));
  syncBuiltinESMExports();
  return () => {
    for (const restore of undo) restore();
    syncBuiltinESMExports();
  };
}
