/** Log fields: scalars only, by allow-list; the adapter drops what is not on it. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** What a line says of an error: scrubbed text, never what else hangs on the object. */
export type ErrorLine = {
  readonly message: string;
  readonly name?: string;
  readonly code?: string;
  readonly retryable?: boolean;
  /** Frames, ` < ` between them; a bug has them, an operational error says what happened by its code. */
  readonly stack?: string;
  readonly cause?: ErrorLine;
};

/** A line of level error that names an error, as it was written; for whoever collects errors elsewhere. */
export type ErrorReport = {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly error: ErrorLine;
};

/**
 * error = a person must act now; warn = it healed itself; info = a business fact. The message is a constant, facts are
 * fields. `error` never takes the place of an alert: it is one.
 */
export type Log = {
  readonly error: (message: string, fields?: LogFields, cause?: unknown) => void;
  readonly warn: (message: string, fields?: LogFields, cause?: unknown) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly debug: (message: string, fields?: LogFields) => void;
};
