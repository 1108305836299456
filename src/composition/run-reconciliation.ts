import { parseArgs } from 'node:util';
import { createLog } from '../adapters/logging/winston-log.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { reconcileWindow } from '../application/reconciliation/reconcile-window.ts';
import { dayMs, toIso } from '../domain/model/instant.ts';
import { youngMs } from '../domain/reconciliation/compare-payment.ts';
import { createClosers } from './closers.ts';
import { openCore } from './open-core.ts';
import { readConfig, secretsOf } from './read-config.ts';
import { differenceJson, differenceTable } from './render-differences.ts';

const usage = 'Usage: src/reconcile.ts --from TIME --to TIME [--json]   (TIME in UTC: 2026-11-24 or 2026-11-24T12:00Z)';
/** Refunds are possible for three years, and nothing older changes. */
const reachMsMax = 3 * 366 * dayMs;

const exitCodes = { agree: 0, differ: 1, failed: 2 } as const;

type Variables = Readonly<Record<string, string | undefined>>;
type Request = { readonly from: number; readonly to: number; readonly isJson: boolean };

/** Throws with a sentence for people. What is younger than five minutes may still be under way, and is left out. */
function requestOf(args: readonly string[], now: number): Request {
  const text = { type: 'string', default: '' } as const;
  const options = { from: text, to: text, json: { type: 'boolean', default: false } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const [from, to] = [Date.parse(values.from), Math.min(Date.parse(values.to), now - youngMs)];
  if (Number.isNaN(from) || Number.isNaN(to)) throw new Error(`--from and --to must be times. ${usage}`);
  if (from >= to) throw new Error('--from must be before --to, and older than five minutes.');
  if (to - from > reachMsMax) throw new Error('The window must not be longer than three years.');
  return { from, to, isJson: values.json };
}

const write = (stream: NodeJS.WriteStream, text: string): Promise<void> =>
  new Promise((resolve) => void stream.write(`${text}\n`, () => resolve()));

async function compare(request: Request, variables: Variables | undefined): Promise<number> {
  const config = readConfig(variables);
  const closers = createClosers();
  const secrets = secretsOf(config);
  const logged = { level: 'warn', service: 'reconcile', clock: systemClock, secrets, stream: process.stderr } as const;
  const { log, close } = createLog({ ...logged, report: undefined });
  try {
    const fail = (message: string, cause: unknown): void => log.error(message, {}, cause);
    const { services } = await openCore({ config, log, closers, fail });
    const result = await reconcileWindow(services, request, ({ at, summary }) => {
      process.stderr.write(`${toIso(at)}: ${summary.payments} payments, ${summary.refunds} refunds\n`);
    });
    await write(process.stdout, request.isJson ? differenceJson(result) : differenceTable(result));
    if (result.unavailable === null) return result.found.length > 0 ? exitCodes.differ : exitCodes.agree;
    const from = toIso(result.walk.at);
    await write(process.stderr, `The provider cannot be read: ${result.unavailable}. Go on with --from ${from}.`);
    return exitCodes.failed;
  } finally {
    await closers.closeAll(log);
    await close();
  }
}

/**
 * Compares a window of our books with the provider's. The result goes to stdout, the progress to stderr. 0: they agree;
 * 1: they differ; 2: it could not be done.
 */
export async function runReconciliation(args: readonly string[], variables?: Variables): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    await write(process.stdout, usage);
    return exitCodes.agree;
  }
  try {
    return await compare(requestOf(args, systemClock.now()), variables);
  } catch (error) {
    await write(process.stderr, error instanceof Error ? error.message : String(error));
    return exitCodes.failed;
  }
}
