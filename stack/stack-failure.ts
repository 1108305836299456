/** A fault of the machine or of a program we started, told in one sentence that names it and says what to do. */
export class StackFailure extends Error {
  /** Lines that help to find the cause, such as the end of a log. */
  readonly details: readonly string[];

  constructor(message: string, details: readonly string[] = []) {
    super(message);
    this.name = 'StackFailure';
    this.details = details;
  }
}
