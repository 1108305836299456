/** The words of a text, as a union. */
type Words<Text extends string> = Text extends `${infer Word} ${infer Rest}` ? Word | Words<Rest> : Text;
type LogValue = string | number | boolean | null | undefined;

/**
 * Every field that a line may have. Fields of these names never hold personal data or a secret. Another name does not
 * compile, so that a body, a header or a contact cannot leak.
 */
type LogFieldName =
  // Our own identifiers.
  | Words<'correlationId causationId userId subscriptionId paymentId refundId commandId testClockId periodKey attemptNo'>
  | Words<'providerPaymentId providerRefundId providerObjectId objectType objectId providerErrorId requestId saveId subjectId'>
  // What happened.
  | Words<'outcome reason code kind type status state from to cause class step finding rule invariant place paySystem'>
  | Words<'tariffId amountMinor currency expectedMinor retryable recovered version expectedVersion tries sends unsent'>
  | Words<'sequence eventSeq until at dueAt nextAt validUntil notBefore'>
  // Kafka.
  | Words<'topic partition offset group consumer schema schemaId subject messageId lag lanes clientId broker'>
  // HTTP, in both directions. `route` is the pattern of the address, without its values.
  | Words<'method route path httpStatus remoteAddress'>
  // Jobs, processes and counts.
  | Words<'job process component environment signal pid host port address name database collection index count found'>
  | Words<'claimed published created failed skipped removed drift detail limit batch size bytes durationMs waitedMs'>
  | Words<'uptimeMs delayMs'>;

export type LogFields = Readonly<Partial<Record<LogFieldName, LogValue>>>;

/** The fields and no others. Without it, TypeScript lets a variable or a spread bring additional fields. */
type Closed<Fields> = Fields & Readonly<Record<Exclude<keyof Fields, LogFieldName>, never>>;

/** The logged part of an error: redacted text, and none of its other properties. */
export type ErrorLine = {
  readonly message: string;
  readonly name?: string;
  readonly code?: string;
  readonly retryable?: boolean;
  /** Stack frames, separated by ` < `. Only a bug has them; an operational error has its code. */
  readonly stack?: string;
  readonly cause?: ErrorLine;
};

/** A written line of level error, for an error collector. */
export type ErrorReport = {
  readonly message: string;
  readonly fields: LogFields;
  readonly error: ErrorLine;
};

/**
 * error = an operator must act now, and is alerted; warn = the service recovers by itself; info = a business fact. The
 * message is a constant, and values are fields.
 */
export type Log = {
  readonly error: <Fields extends LogFields>(message: string, fields?: Closed<Fields>, cause?: unknown) => void;
  readonly warn: <Fields extends LogFields>(message: string, fields?: Closed<Fields>, cause?: unknown) => void;
  readonly info: <Fields extends LogFields>(message: string, fields?: Closed<Fields>) => void;
  readonly debug: <Fields extends LogFields>(message: string, fields?: Closed<Fields>) => void;
};
