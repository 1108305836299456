import { hideSecrets } from '../adapters/logging/redact.ts';
import { createLog } from '../adapters/logging/winston-log.ts';
import type { ErrorReporter } from '../adapters/sentry/error-reporter.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { Fault } from '../application/ports/faults.ts';
import type { Log } from '../application/ports/log.ts';
import type { Config } from '../config.ts';
import { type Closers, createClosers } from './closers.ts';
import { readConfig, secretsOf } from './read-config.ts';
import { openReporter } from './open-reporter.ts';
import { stopBounds } from './stop-bounds.ts';

export type ProcessContext = {
  readonly config: Config;
  readonly log: Log;
  readonly closers: Closers;
  /** From then on a line of the log names the trace in which it is written. A program that a person runs records none. */
  readonly nameTraces?: (traceId: () => string | null) => void;
  /** A process that an orchestrator starts may be earlier than the deploy step of its version, or than the servers. */
  readonly waitsForNeeds?: true;
  /** Ends the process with a failure, for the orchestrator to start it anew. */
  readonly fail: (message: string, cause: unknown) => void;
};

/**
 * Runs a process: configuration, log, its work, and an end in order on SIGTERM or SIGINT. A bug, or a fault at the start,
 * ends it with a failure and one line that says why. It keeps running unless `start` returns 'done'.
 */
export async function runProcess(
  service: string,
  preferred: Readonly<Record<string, string>>,
  start: (context: ProcessContext) => Promise<unknown>,
): Promise<void> {
  const clock = systemClock;
  const closers = createClosers();
  let config: Config;
  let reporter: ErrorReporter | null;
  // The log is there before the traces, whose settings it may have to complain of.
  let traceId: () => string | null = () => null;
  try {
    config = readConfig(undefined, preferred);
    reporter = await openReporter(config, service);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
  const { log, close: closeLog } = createLog({
    level: config.LOG_LEVEL,
    service,
    clock,
    secrets: secretsOf(config),
    stream: process.stdout,
    traceId: () => traceId(),
    report: reporter?.report,
  });
  let ending = false;
  const end = async (exitCode: number): Promise<void> => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), stopBounds.wholeMs).unref();
    await closers.closeAll(log);
    await Promise.all([closeLog(), reporter?.close()]);
    // Timers of Agenda and kafkajs would keep the process alive for seconds.
    process.exit(exitCode);
  };
  const fail = (message: string, cause: unknown): void => {
    log.error(message, {}, cause);
    void end(1);
  };
  process.once('SIGTERM', () => void end(0));
  process.once('SIGINT', () => void end(0));
  process.on('unhandledRejection', (cause) => fail('unhandled rejection', cause));
  process.on('uncaughtException', (cause) => fail('uncaught exception', cause));
  const nameTraces = (named: typeof traceId): void => void (traceId = named);
  try {
    if ((await start({ config, log, closers, nameTraces, fail, waitsForNeeds: true })) === 'done') await end(0);
    else log.info('started');
  } catch (cause) {
    if (cause instanceof Fault) process.stderr.write(`${hideSecrets(cause.message, secretsOf(config))}\n`);
    fail('could not start', cause);
  }
}
