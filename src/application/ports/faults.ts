/**
 * An operational fault. A business rejection is a value, and a bug is any other error. The consumer runner and the HTTP
 * adapter act on `retryable` alone.
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
