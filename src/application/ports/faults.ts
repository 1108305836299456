type FaultOptions = {
  readonly retryable: boolean;
  /** Waiting alone may not end it: the log line that says so alerts operators. */
  readonly needsOperator?: boolean;
  /** It is about this message alone: its key waits in the queue of blocked keys, and its partition goes on. */
  readonly queues?: boolean;
  readonly cause?: unknown;
};

/**
 * An operational fault. A business rejection is a value, and a bug is any other error. The consumer runner and the HTTP
 * adapter act on `retryable` alone.
 */
export class Fault extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly needsOperator: boolean;
  readonly queues: boolean;

  constructor(code: string, message: string, options: FaultOptions) {
    super(message, { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.retryable = options.retryable;
    this.needsOperator = options.needsOperator === true;
    this.queues = options.queues === true;
  }
}

/** Waiting may end it: what was asked of a dependency is asked again. Any other error comes again with the same message or object. */
export const isRetryable = (error: unknown): boolean => error instanceof Fault && error.retryable;

/** The dependency comes back by itself: a warning is enough. */
export const isPassing = (error: unknown): boolean => error instanceof Fault && error.retryable && !error.needsOperator;

/** Its message waits in the queue of its key. */
export const mustQueue = (error: unknown): boolean => error instanceof Fault && error.queues;

/** Why a message can never be handled. A list, because metrics count by it. */
export const poisonCodes = [
  ...(['unreadable_batch', 'no_key', 'no_envelope', 'not_framed', 'malformed_json', 'undecodable'] as const),
  ...(['unknown_schema', 'schema_violation', 'unknown_type', 'unknown_version', 'invalid_value'] as const),
  ...(['invalid_sequence', 'key_mismatch', 'unknown_user', 'object_absent', 'queue_full'] as const),
] as const;
export type PoisonCode = (typeof poisonCodes)[number];

/** A message that can never be handled as it is: undecodable, unknown, or against its schema. */
export class Poison extends Error {
  readonly code: PoisonCode;

  constructor(code: PoisonCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'Poison';
    this.code = code;
  }
}
