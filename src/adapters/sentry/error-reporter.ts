import { type BaseTransportOptions, createStackParser, createTransport, type Exception } from '@sentry/core';
import { nodeStackLineParser, ServerRuntimeClient } from '@sentry/core/server';
import type { ErrorLine, ErrorReport } from '../../application/ports/log.ts';

/** How long one report may take. The library queues 64 at most and drops the rest. */
const sendMsMax = 5_000;
/** How long the last reports may take to be sent before the process ends without them. */
export const closeMsMax = 2_000;

export type ErrorReporter = {
  readonly report: (report: ErrorReport) => void;
  readonly close: () => Promise<unknown>;
};

const stackParser = createStackParser(nodeStackLineParser());

/** The innermost cause first, as Sentry's protocol asks. */
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
 * Sends error lines, as the log has redacted them, to a collector that speaks Sentry's protocol. Without integrations it
 * sends nothing else: no requests, breadcrumbs, machine data or traces. A collector that is unavailable neither delays nor fails
 * anything. The core package suffices; the one for Node is five times as large, mostly instrumentation that we do not use.
 */
export function createErrorReporter(options: {
  readonly dsn: string;
  readonly environment: string;
  /** The process that reports: `api`, `consumers`, `jobs`. */
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
