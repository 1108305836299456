import { Writable } from 'node:stream';
import winston from 'winston';
import type { Clock } from '../../application/ports/clock.ts';
import type { ErrorReport, Log, LogFields } from '../../application/ports/log.ts';
import { within } from '../../application/services/within.ts';
import { toIso } from '../../domain/model/instant.ts';
import { flat, type Line, redacted } from './formats.ts';
import { redact } from './redact.ts';

/** In winston the lowest number is the most severe level. */
const levels = { error: 0, warn: 1, info: 2, debug: 3 } as const;
export type LogLevel = keyof typeof levels;

/** Redacting a shorter secret would hide ordinary words. */
const knownSecretLengthMin = 6;
/** How long the last lines may take to be written before the process ends without them. */
export const closeTimeoutMs = 1_000;

export type LogOptions = {
  readonly level: LogLevel;
  /** The process that writes: `api`, `consumers`, `jobs`. */
  readonly service: string;
  readonly clock: Pick<Clock, 'now' | 'wait'>;
  /** Values of the configuration that must never appear in a line. */
  readonly secrets: readonly string[];
  readonly stream: NodeJS.WritableStream;
  /** The trace in which a line is written, where it is recorded; null, and no field of the line, elsewhere. */
  readonly traceId?: () => string | null;
  /** Also gets every line of level error that names an error, redacted like the line. */
  readonly report?: ((report: ErrorReport) => void) | undefined;
};

/** Each transport formats only the lines of its level, so that a line that is not written costs little. */
function transportsOf({ secrets, stream, report }: LogOptions): winston.transport[] {
  const known = secrets.filter((secret) => secret.length >= knownSecretLengthMin);
  const clean = redacted({ redact: (text: string) => redact(text, known) });
  const json = winston.format.combine(clean, flat(), winston.format.json({ deterministic: false }));
  const errors = new Writable({
    objectMode: true,
    write: ({ message, fields, error }: Line, _encoding, done) => {
      if (error !== undefined) report?.({ message, fields, error });
      done();
    },
  });
  // The types of winston do not accept its own transports.
  /* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment */
  return [
    new winston.transports.Stream({ stream, eol: '\n', format: json }),
    new winston.transports.Stream({ stream: errors, level: 'error', format: clean }),
  ];
  /* eslint-enable @typescript-eslint/no-unsafe-class-instance-assignment */
}

/** Writes JSON lines to the stream. `close` waits for the last lines, for at most a second. */
export function createLog(options: LogOptions): { readonly log: Log; readonly close: () => Promise<void> } {
  const { level, service, clock, traceId = () => null } = options;
  const logger = winston.createLogger({ levels, level, transports: transportsOf(options) });
  const write = (level: LogLevel, message: string, fields: LogFields = {}, cause?: unknown): void => {
    // Background work may log after `close`. A write to the closed stream would end the process.
    if (!logger.writable) return;
    logger.log({ level, message, time: toIso(clock.now()), service, traceId: traceId(), fields, cause });
  };
  return {
    log: {
      error: (message, fields, cause) => write('error', message, fields, cause),
      warn: (message, fields, cause) => write('warn', message, fields, cause),
      info: (message, fields) => write('info', message, fields),
      debug: (message, fields) => write('debug', message, fields),
    },
    close: async () => {
      if (!logger.writable) return;
      const finished = new Promise<void>((resolve) => {
        logger.once('finish', () => resolve());
      });
      logger.end();
      await within({ clock, ms: closeTimeoutMs }, () => finished);
    },
  };
}
