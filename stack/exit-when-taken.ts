/** Writes to a pipe are asynchronous: a process that exits before they are done loses its last lines. */
export function exitWhenTaken(exitCode: number): void {
  process.stdout.write('', () => process.exit(exitCode));
}
