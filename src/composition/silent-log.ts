import type { Log } from '../application/ports/log.ts';

const nothing = (): void => undefined;

/** For a command line, and for a probe whose failures are its answer. */
export const silentLog: Log = { error: nothing, warn: nothing, info: nothing, debug: nothing };
