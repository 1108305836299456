import axios from 'axios';
import { Fault } from '../../application/ports/faults.ts';
import type { TestClockMirror } from '../../application/ports/test-clocks.ts';
import { toIso } from '../../domain/model/instant.ts';

/** The sandbox runs on the same machine. After this time the caller tries again. */
const timeoutMs = 5_000;

/** Sets a test clock in the sandbox as well, by a control API that YooKassa does not have. */
export function createSandboxClockMirror(apiUrl: string): TestClockMirror {
  const address = new URL('/_sandbox/clock', apiUrl).href;
  return {
    set: async (id, now) => {
      const how = { signal: AbortSignal.timeout(timeoutMs), maxRedirects: 0, proxy: false } as const;
      const isThere = async (): Promise<boolean> => {
        const { data } = await axios.get<{ readonly now?: string }>(address, { ...how, params: { clock: id } });
        return Date.parse(data.now ?? '') >= now;
      };
      try {
        await axios.post(address, { clock: id, now: toIso(now) }, how);
      } catch (error) {
        // A step that was not saved has moved it already, maybe further than the step that is next by now.
        if (axios.isAxiosError(error) && error.response?.status === 400 && (await isThere().catch(() => false))) return;
        const status = axios.isAxiosError(error) ? String(error.response?.status ?? error.code) : 'unexpected';
        throw new Fault('sandbox_clock_away', `The sandbox did not take the clock: ${status}`, { retryable: true });
      }
    },
  };
}
