/** Log fields: scalars only, by allow-list; the adapter drops what is not on it. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

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
