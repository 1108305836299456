import type { Log, LogFields } from '../../src/application/ports/log.ts';

export type LogLine = { readonly level: keyof Log; readonly message: string; readonly fields: LogFields };
export type LogRecorder = Log & { readonly lines: LogLine[] };

export function createLogRecorder(): LogRecorder {
  const lines: LogLine[] = [];
  const record =
    (level: keyof Log) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields });
    };
  return { lines, error: record('error'), warn: record('warn'), info: record('info'), debug: record('debug') };
}
