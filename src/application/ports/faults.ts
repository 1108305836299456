/**
 * An operational fault: not a business no (those are values) and not a bug (those crash). `retryable` tells the consumer
 * runner and the HTTP edge all they need.
 */
export class Fault extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: { readonly retryable: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.retryable = options.retryable;
  }
}

/** A message that can never be handled as it is: undecodable, unknown, or against its schema. */
export class Poison extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'Poison';
    this.code = code;
  }
}
