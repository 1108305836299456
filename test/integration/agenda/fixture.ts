import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Collection, MongoClient } from 'mongodb';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { Clock } from '../../../src/application/ports/clock.ts';
import type { JobDeclaration } from '../../../src/application/ports/job.ts';
import type { Log, LogFields } from '../../../src/application/ports/log.ts';
import { settings } from '../../../src/config.ts';

export type Line = { readonly level: string; readonly message: string; readonly fields: LogFields };

export function recordingLog(): { readonly log: Log; readonly lines: Line[] } {
  const lines: Line[] = [];
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push({ level, message, fields });
  return { log: { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }, lines };
}

/** A clock whose monotonic time can be pushed forward. */
export function pushedClock(): { readonly clock: Clock; readonly push: (ms: number) => void } {
  let extraMs = 0;
  return {
    clock: { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + extraMs },
    push: (ms) => void (extraMs += ms),
  };
}

/** A database of its own, so that the jobs of the running system are not touched. */
export async function openDatabase() {
  const url = new URL(process.env['MONGODB_URL'] ?? settings.MONGODB_URL.default.test);
  url.pathname = `/agenda_${randomUUID().replaceAll('-', '')}`;
  const client = await MongoClient.connect(url.href);
  const documents: Collection = client.db().collection('agendaJobs');
  return {
    url: url.href,
    documents,
    drop: async () => {
      await client.db().dropDatabase();
      await client.close();
    },
  };
}

export const job = <Services>(
  name: string,
  run: JobDeclaration<Services>['run'],
  everyMs = 1000,
): JobDeclaration<Services> => ({ name, everyMs, why: 'a test', run });

/** A promise that the code under test resolves. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<null>();
  return { opened: promise, open: () => resolve(null) };
}

export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await systemClock.wait(20);
}

/** A proxy between the driver and the database that can be cut. */
export async function cuttable(mongoUrl: string) {
  const { hostname, port } = new URL(mongoUrl);
  const target = new URL(mongoUrl);
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((incoming) => {
    if (isCut) return void incoming.destroy();
    const outgoing = connect(Number(port), hostname);
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      open.add(one);
      one
        .on('error', () => other.destroy())
        .on('close', () => {
          other.destroy();
          open.delete(one);
        });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  // With the set's name the driver would use the address that the set reports, past this proxy.
  target.search = '?directConnection=true';
  const destroyAll = () => open.forEach((socket) => socket.destroy());
  return {
    url: target.href,
    cut: () => {
      isCut = true;
      destroyAll();
    },
    reconnect: () => void (isCut = false),
    close: () => {
      destroyAll();
      server.close();
    },
  };
}
