import winston from 'winston';
import type { Clock } from '../../application/ports/clock.ts';
import type { ErrorReport, Log, LogFields } from '../../application/ports/log.ts';
import { toIso } from '../../domain/model/instant.ts';
import { describeError } from './describe-error.ts';
import { loggedFields } from './log-fields.ts';
import { redact } from './redact.ts';

/** What matters most comes first. */
const levels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof levels)[number];

/** A secret shorter than this would hide ordinary words wherever they stand. */
const knownSecretLengthMin = 6;
/** How long the last lines may take to leave before the process ends without them. */
export const closeTimeoutMs = 1_000;

export type LogOptions = {
  readonly level: LogLevel;
  /** The process that speaks: `api`, `consumers`, `jobs`. */
  readonly service: string;
  readonly clock: Pick<Clock, 'now' | 'wait'>;
  /** Values of the configuration that must never appear, whatever text carries them. */
  readonly secrets: readonly string[];
  readonly stream: NodeJS.WritableStream;
  /** Also told of every line of level error that names an error, scrubbed like the line. */
  readonly report?: ((report: ErrorReport) => void) | undefined;
};

type Line = Record<string, unknown>;

function cleanFields(fields: LogFields, clean: (text: string) => string): Line {
  const line: Line = {};
  let dropped = 0;
  for (const [name, value] of Object.entries<unknown>(fields)) {
    if (value === undefined) continue;
    if (!loggedFields.has(name) || (typeof value === 'object' && value !== null)) dropped += 1;
    else line[name] = typeof value === 'string' ? clean(value) : value;
  }
  // Says that something is missing without saying what: a dropped name may itself be data.
  if (dropped > 0) line['droppedFields'] = dropped;
  return line;
}

/** JSON lines to the stream. `close` lets the last lines leave, for at most a second. */
export function createLog(options: LogOptions): { readonly log: Log; readonly close: () => Promise<void> } {
  const secrets = options.secrets.filter((secret) => secret.length >= knownSecretLengthMin);
  const clean = (text: string): string => redact(text, secrets);
  const logger = winston.createLogger({
    level: options.level,
    format: winston.format.json({ deterministic: false }),
    // The library types its own transports as look-alikes of the class it asks for here.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    transports: [new winston.transports.Stream({ stream: options.stream, eol: '\n' })],
  });
  // Asked once: winston walks through its transports for every line that is not written.
  const written: ReadonlySet<LogLevel> = new Set(levels.slice(0, levels.indexOf(options.level) + 1));
  // Work that outlives the closing may still want to say something; a closed stream would answer with a crash.
  let isClosed = false;
  const write = (level: LogLevel, message: string, fields: LogFields = {}, cause?: unknown): void => {
    if (isClosed || !written.has(level)) return;
    const said = { message: clean(message), fields: cleanFields(fields, clean) };
    const line: Line = { time: toIso(options.clock.now()), service: options.service, ...said.fields };
    if (cause !== undefined) {
      const error = describeError(cause, { redact: clean, withStack: level === 'error' });
      line['error'] = error;
      if (level === 'error') options.report?.({ ...said, error });
    }
    logger.log({ ...line, level, message: said.message });
  };
  return {
    log: {
      error: (message, fields, cause) => write('error', message, fields, cause),
      warn: (message, fields, cause) => write('warn', message, fields, cause),
      info: (message, fields) => write('info', message, fields),
      debug: (message, fields) => write('debug', message, fields),
    },
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      const finished = new Promise<void>((resolve) => {
        logger.once('finish', () => resolve());
      });
      logger.end();
      await Promise.race([finished, options.clock.wait(closeTimeoutMs)]);
    },
  };
}
