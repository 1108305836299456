import { createLog } from '../../adapters/logging/winston-log.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { silentMeter } from '../../application/ports/meter.ts';
import { silentTracer } from '../../application/ports/tracer.ts';
import type { Slice } from '../../application/reconciliation/compare-slice.ts';
import { reconcileWindow, type WindowResult } from '../../application/reconciliation/reconcile-window.ts';
import { toIso } from '../../domain/model/instant.ts';
import { createClosers } from '../closers.ts';
import { readCommandLine } from '../command-line/read-command-line.ts';
import { openCore } from '../open-core.ts';
import { readConfig, secretsOf } from '../read-config.ts';
import { reconcileCommand } from './reconcile-command.ts';
import { differenceJson, differenceTable } from './render-differences.ts';
import { wantedWindow } from './wanted-window.ts';

const exitCodes = { agree: 0, differ: 1, failed: 2 } as const;

/** Subscribers or objects that are named in a sentence; `--json` has all of them. */
const namedMax = 20;

type Variables = Readonly<Record<string, string | undefined>>;

const write = (stream: NodeJS.WriteStream, text: string): Promise<void> =>
  new Promise((resolve) => void stream.write(`${text}\n`, () => resolve()));

async function compare(window: Slice, variables: Variables | undefined): Promise<WindowResult> {
  const config = readConfig(variables);
  const closers = createClosers();
  const secrets = secretsOf(config);
  const logged = { level: 'warn', service: 'reconcile', clock: systemClock, secrets, stream: process.stderr } as const;
  const { log, close } = createLog({ ...logged, report: undefined });
  try {
    const fail = (message: string, cause: unknown): void => log.error(message, {}, cause);
    const { services } = await openCore({ config, log, closers, fail }, silentMeter, silentTracer);
    return await reconcileWindow(services, window, ({ at, summary }) => {
      process.stderr.write(`${toIso(at)}: ${summary.payments} payments, ${summary.refunds} refunds\n`);
    });
  } finally {
    await closers.closeAll(log);
    await close();
  }
}

const someOf = (names: readonly string[]): string =>
  `${names.slice(0, namedMax).join(', ')}${names.length > namedMax ? ', …' : ''}`;

/** What could not be compared, and what to do about it; null where the whole window is compared. */
function lackingOf({ unavailable, unverified, unread, notCompared, walk }: WindowResult): string | null {
  if (unavailable !== null) return `The provider cannot be read: ${unavailable}. Go on with --from ${toIso(walk.at)}.`;
  if (notCompared.length > 0) {
    const names = someOf(notCompared.map(({ subject, userId }) => `${subject.id} of ${userId ?? 'no user'}`));
    return `${notCompared.length} payments or refunds cannot be compared: ${names}. Report the error lines, and run it again once that is corrected.`;
  }
  if (unread > 0) {
    return `${unread} payments or refunds of ours are in no list, and the provider did not answer for their ids. Run it again.`;
  }
  if (unverified.length === 0) return null;
  return `The facts of ${unverified.length} subscribers are not published, so their books are not compared: ${someOf(unverified)}. Run it again once they are.`;
}

/**
 * Compares a window of our books with the provider's. The result goes to stdout, the progress to stderr. 0: they agree;
 * 1: they differ; 2: it could not be done.
 */
export async function runReconciliation(args: readonly string[], variables?: Variables): Promise<number> {
  const { values } = readCommandLine(reconcileCommand, args);
  // The table of options requires both.
  const window = wantedWindow({ from: values.from ?? '', to: values.to ?? '' }, systemClock.now());
  try {
    if (typeof window === 'string') throw new Error(window);
    const result = await compare(window, variables);
    await write(process.stdout, values.json === true ? differenceJson(result) : differenceTable(result));
    const lacking = lackingOf(result);
    if (lacking === null) return result.found.length > 0 ? exitCodes.differ : exitCodes.agree;
    await write(process.stderr, lacking);
  } catch (error) {
    await write(process.stderr, error instanceof Error ? error.message : String(error));
  }
  return exitCodes.failed;
}
