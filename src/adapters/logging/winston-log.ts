import { Writable } from 'node:stream';
import winston from 'winston';
import type { Clock } from '../../application/ports/clock.ts';
import type { ErrorReport, Log, LogFields } from '../../application/ports/log.ts';
import { within } from '../../application/within.ts';
import { toIso } from '../../domain/model/instant.ts';
import { flat, type Line, redacted } from './formats.ts';
import { redact } from './redact.ts';

/** What matters most comes first. */
const levels = { error: 0, warn: 1, info: 2, debug: 3 } as const;
export type LogLevel = keyof typeof levels;

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
  /** Also gets every line of level error that names an error, redacted like the line. */
  readonly report?: ((report: ErrorReport) => void) | undefined;
};

/** A transport formats what its level lets through and nothing else, so that a line that is not written costs little. */
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
  // The library types its own transports as look-alikes of the class it asks for.
  /* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment */
  return [
    new winston.transports.Stream({ stream, eol: '\n', format: json }),
    new winston.transports.Stream({ stream: errors, level: 'error', format: clean }),
  ];
  /* eslint-enable @typescript-eslint/no-unsafe-class-instance-assignment */
}

/** JSON lines to the stream. `close` lets the last lines leave, for at most a second. */
export function createLog(options: LogOptions): { readonly log: Log; readonly close: () => Promise<void> } {
  const { level, service, clock } = options;
  const logger = winston.createLogger({ levels, level, transports: transportsOf(options) });
  const write = (level: LogLevel, message: string, fields: LogFields = {}, cause?: unknown): void => {
    // Work that outlives the closing may still want to say something; a closed stream would answer with a crash.
    if (logger.writable) logger.log({ level, message, time: toIso(clock.now()), service, fields, cause });
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
