/** A failure of the machine or of a program that we started. The message is one sentence that says what to do. */
export class StackFailure extends Error {
  /** Lines that help to find the cause, such as the end of a log. */
  readonly details: readonly string[];

  constructor(message: string, details: readonly string[] = []) {
    super(message);
    this.name = 'StackFailure';
    this.details = details;
  }
}
