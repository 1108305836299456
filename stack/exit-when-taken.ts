/** A pipe takes what it is given when its reader does: a process that leaves earlier cuts its own last lines off. */
export function exitWhenTaken(exitCode: number): void {
  process.stdout.write('', () => process.exit(exitCode));
}
