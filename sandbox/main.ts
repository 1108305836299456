import { readConfig } from './config.ts';
import { startSandbox } from './server.ts';

const sandbox = await startSandbox(readConfig(process.env)).catch((error: unknown) => {
  console.error(`sandbox: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});

const stop = (): void => void sandbox.close().then(() => process.exit(0));
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
// Printed last: a reader of this line may end the process at once.
console.log(JSON.stringify({ level: 'info', message: 'sandbox is listening', url: sandbox.url }));
