import { type BaseTransportOptions, createStackParser, createTransport, type Exception } from '@sentry/core';
import { nodeStackLineParser, ServerRuntimeClient } from '@sentry/core/server';
import type { ErrorLine, ErrorReport } from '../../application/ports/log.ts';

/** A collector that does not answer holds one report this long; the library keeps 64 at most and drops the rest. */
const sendMsMax = 5_000;
/** How long the last reports may take to leave before the process ends without them. */
export const closeMsMax = 2_000;

export type ErrorReporter = {
  readonly report: (report: ErrorReport) => void;
  readonly close: () => Promise<unknown>;
};

const stackParser = createStackParser(nodeStackLineParser());

/** The innermost cause first, as the collector wants it. */
function exceptionsOf({ name, code, message, stack, cause }: ErrorLine): Exception[] {
  const exception: Exception = { type: name ?? 'Error', value: code === undefined ? message : `${code}: ${message}` };
  if (stack !== undefined) exception.stacktrace = { frames: stackParser(stack.replaceAll(' < ', '\n')) };
  return [...(cause === undefined ? [] : exceptionsOf(cause)), exception];
}

const createHttpTransport = (options: BaseTransportOptions) =>
  createTransport(options, async ({ body }) => {
    const signal = AbortSignal.timeout(sendMsMax);
    const answer = await fetch(options.url, { method: 'POST', body: Buffer.from(body), signal });
    await answer.body?.cancel();
    const header = (name: string) => answer.headers.get(name);
    const limits = { 'x-sentry-rate-limits': header('x-sentry-rate-limits'), 'retry-after': header('retry-after') };
    return { statusCode: answer.status, headers: limits };
  });

/**
 * Sends error lines, as the log has scrubbed them, to a collector that speaks Sentry's protocol. Nothing else goes out: no
 * integrations, so no requests, breadcrumbs, machine or traces. A collector that is away delays and fails nothing. The core
 * alone does it: the package for Node brings five times as much, mostly instrumentation that would have to be switched off.
 */
export function createErrorReporter(options: {
  readonly dsn: string;
  readonly environment: string;
  /** The process that speaks: `api`, `consumers`, `jobs`. */
  readonly process: string;
  readonly release: string;
}): ErrorReporter {
  const { dsn, environment, release } = options;
  const client = new ServerRuntimeClient({
    ...{ dsn, environment, release, stackParser, transport: createHttpTransport },
    ...{ platform: 'node', serverName: options.process, integrations: [] },
    ...{ traceLifecycle: 'static', sendClientReports: false },
  });
  return {
    report: ({ message, fields, error }) => {
      const { correlationId } = fields;
      client.captureEvent({
        ...{ level: 'error', message, extra: fields, exception: { values: exceptionsOf(error) } },
        tags: { process: options.process, ...(typeof correlationId === 'string' ? { correlationId } : {}) },
      });
    },
    close: async () => client.close(closeMsMax),
  };
}
