/** The words of a text, as a union. */
type Words<Text extends string> = Text extends `${infer Word} ${infer Rest}` ? Word | Words<Rest> : Text;
type LogValue = string | number | boolean | null | undefined;

/**
 * Every field that a line may have: values of these names are never a person's data or a secret. Another name does not
 * compile, so that a value that was not thought about (a body, a header, a contact) cannot leak.
 */
type LogFieldName =
  // Who and what: our own identifiers.
  | Words<'correlationId causationId userId subscriptionId paymentId refundId commandId testClockId periodKey attemptNo'>
  | Words<'providerPaymentId providerRefundId providerObjectId objectType objectId providerErrorId requestId saveId subjectId'>
  // What happened, in our own words.
  | Words<'outcome reason code kind type status state from to cause class step finding rule invariant place paySystem'>
  | Words<'tariffId amountMinor currency expectedMinor retryable recovered version expectedVersion tries sends unsent'>
  | Words<'sequence eventSeq until at dueAt nextAt validUntil notBefore'>
  // Kafka.
  | Words<'topic partition offset group consumer schema schemaId subject messageId lag lanes clientId broker'>
  // HTTP, in both directions; `route` is the pattern, never the address with its values.
  | Words<'method route path httpStatus remoteAddress'>
  // Jobs, processes and how much of something there was.
  | Words<'job process component environment signal pid host port address name database collection index count found'>
  | Words<'claimed published created failed skipped removed drift detail limit batch size bytes durationMs waitedMs'>
  | Words<'uptimeMs delayMs'>;

export type LogFields = Readonly<Partial<Record<LogFieldName, LogValue>>>;

/** The given fields, and never another: the compiler alone lets a variable or a spread bring more than is asked for. */
type Closed<Fields> = Fields & Readonly<Record<Exclude<keyof Fields, LogFieldName>, never>>;

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

/** A line of level error that names an error, as it was written; for a collector of errors. */
export type ErrorReport = {
  readonly message: string;
  readonly fields: LogFields;
  readonly error: ErrorLine;
};

/**
 * error = a person must act now; warn = it healed itself; info = a business fact. The message is a constant, facts are
 * fields. `error` never takes the place of an alert: it is one.
 */
export type Log = {
  readonly error: <Fields extends LogFields>(message: string, fields?: Closed<Fields>, cause?: unknown) => void;
  readonly warn: <Fields extends LogFields>(message: string, fields?: Closed<Fields>, cause?: unknown) => void;
  readonly info: <Fields extends LogFields>(message: string, fields?: Closed<Fields>) => void;
  readonly debug: <Fields extends LogFields>(message: string, fields?: Closed<Fields>) => void;
};
