import { setTimeout as pause } from 'node:timers/promises';

/** Asks until the answer is the wanted one; the error after the last try shows the last answer. */
export async function eventually<T>(
  ask: () => Promise<T>,
  wanted: (answer: T) => boolean,
  { patienceMs = 20_000, everyMs = 50 } = {},
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`still not so: ${JSON.stringify(answer)}`);
    await pause(everyMs);
  }
}
