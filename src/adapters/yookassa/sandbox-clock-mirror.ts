import axios from 'axios';
import { Fault } from '../../application/ports/faults.ts';
import type { TestClockMirror } from '../../application/ports/test-clocks.ts';
import { toIso } from '../../domain/model/instant.ts';

/** The sandbox runs beside us; a clock that it does not take within this time is moved again by the caller. */
const timeoutMs = 5_000;

/** Keeps a test clock in the provider's sandbox as well. Its control address is not part of the provider's API. */
export function createSandboxClockMirror(apiUrl: string): TestClockMirror {
  const address = new URL('/_sandbox/clock', apiUrl).href;
  return {
    set: async (id, now) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const request = { clock: id, now: toIso(now) };
      try {
        await axios.post(address, request, { signal, maxRedirects: 0, proxy: false });
      } catch (error) {
        const status = axios.isAxiosError(error) ? String(error.response?.status ?? error.code) : 'unexpected';
        throw new Fault('sandbox_clock_away', `The sandbox did not take the clock: ${status}`, { retryable: true });
      }
    },
  };
}
