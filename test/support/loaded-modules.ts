import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** Prints which modules a process loads, by their addresses. */
const watchLoads = `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) {
  process.stderr.write('loaded ' + url + '\\n');
  return next(url, context);
} });`;

/** For servers that do not answer the process would wait. It ends at once, because the driver refuses an unknown option. */
const nowhere = {
  BILLING_ENV: 'test',
  KAFKA_BROKERS: '127.0.0.1:9',
  MONGODB_URL: 'mongodb://127.0.0.1:9/billing?unknownOption=1',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
};

/** What the driver says of that. */
const refused = 'unknownoption is not supported';

/** Starts the API where it cannot start; returns its exit code, and how many modules it loaded whose address matches. */
export async function startInVain(
  settings: NodeJS.ProcessEnv,
  watched: RegExp,
): Promise<{ readonly code: number | null; readonly loads: number }> {
  const hook = `data:text/javascript,${encodeURIComponent(watchLoads)}`;
  const child = spawn(process.execPath, ['--import', hook, 'src/server.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...nowhere, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [log, words, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const [loaded, said] = [true, false].map((is) =>
    words.split('\n').filter((line) => line.startsWith('loaded ') === is),
  );
  // One that ended for another reason shows nothing.
  if (!log.includes(refused)) throw new Error(`The process ended otherwise: ${log}${said?.join('\n')}`);
  const loads = loaded?.filter((line) => watched.test(line)).length ?? 0;
  return { code, loads };
}

/** Two starts of a real process, on a machine that may be busy with ten others. */
export const startsMs = 90_000;
