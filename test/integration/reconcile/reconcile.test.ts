import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHistoryWriter } from '../../../src/adapters/mongo/read-models.ts';
import { createSubscriberStore, subscribersOf } from '../../../src/adapters/mongo/subscriber-store.ts';
import type { DifferenceKind } from '../../../src/domain/model/difference.ts';
import { hourMs, minuteMs, secondMs, toIso } from '../../../src/domain/model/instant.ts';
import { sampleSave } from '../../contract/samples.ts';
import { type Booked, plant } from '../mongo/planted-differences.ts';
import { openTestDatabase } from '../mongo/test-database.ts';
import { type SandboxProcess, startSandboxProcess } from '../yookassa/sandbox-process.ts';
import { openHints } from './hints-published.ts';
import { runReconcile } from './run-reconcile.ts';
import { agreeWithSandbox, putIntoSandbox } from './sandbox-books.ts';

/**
 * The list of the provider is read by two pages of 100 in a second, so 10,000 would take a minute.
 * `TEST_RECONCILED_PAYMENTS=10000 npm test -- test/integration/reconcile` compares so many. It did so once: the 20 planted differences
 * were found among 10,000 payments, each by its kind, with 17 hints, and no other.
 */
const payments = Number(process.env['TEST_RECONCILED_PAYMENTS'] ?? 2_000);
/** Each payment is made, stored and read at most twice, at some milliseconds. */
const timeoutMs = 60_000 + payments * 30;
const planted: Readonly<Record<DifferenceKind, number>> = {
  ...{ not_succeeded_there: 3, late_success: 2, foreign: 3, unknown_here: 2, cabinet_refund: 2 },
  ...{ amount_differs: 2, paid_twice: 1, not_applied: 3, absent_there: 2 },
};
const kinds = Object.entries(planted) as readonly (readonly [DifferenceKind, number])[];

/** Two hours, each compared in one slice. In the first both books agree; a quarter of the second has what differs. */
const begin = Math.floor(Date.now() / hourMs) * hourMs - 3 * hourMs;
const second = { from: begin + hourMs, to: begin + 2 * hourMs };
const quarter = { from: second.from + 20 * minuteMs, to: second.from + 35 * minuteMs };
const window = ({ from, to }: typeof second): readonly string[] => ['--from', toIso(from), '--to', toIso(to)];
const first = { from: begin, to: second.from };

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let sandbox: SandboxProcess;
let hints: Awaited<ReturnType<typeof openHints>>;

async function store(books: readonly Booked[]): Promise<void> {
  const writer = createHistoryWriter(database.models, () => Promise.resolve());
  const subscribers = createSubscriberStore(subscribersOf(database.models));
  const rows = books.flatMap(({ row }) => row ?? []);
  for (let from = 0; from < rows.length; from += 500) await writer.write(rows.slice(from, from + 500));
  for (const { document } of books)
    if (document !== null) await subscribers.save(sampleSave(document.userId, { subscriber: document, entry: null }));
}

/** Where the program finds them; the rest of its settings are those of the stack. */
const settings = (): NodeJS.ProcessEnv => ({ MONGODB_URL: database.url, YOOKASSA_API_URL: `${sandbox.url}/v3` });

type Printed = {
  readonly summary: { readonly payments: number; readonly refunds: number; readonly differences: object };
  readonly differences: readonly { readonly kind: DifferenceKind; readonly is_known: boolean }[];
};

beforeAll(async () => {
  [database, sandbox, hints] = await Promise.all([openTestDatabase(), startSandboxProcess(), openHints()]);
  await store(await agreeWithSandbox(sandbox, { userId: randomUUID(), count: 100, ...first }));
  await store(await agreeWithSandbox(sandbox, { userId: randomUUID(), count: payments, ...second }));
  await sandbox.control('POST', '/clock', { now: toIso(quarter.from) });
  const books = kinds.flatMap(([kind, count], row) =>
    Array.from({ length: count }, (_, index) => plant(kind, quarter.from + (100 * row + index) * secondMs)).flat(),
  );
  await store(await putIntoSandbox(sandbox, books));
}, timeoutMs);
afterAll(async () => {
  await Promise.all([sandbox.stop(), hints.close()]);
  await database.close();
});

describe('npm run reconcile', () => {
  test('exits with 0 where both books agree, and announces nothing', async () => {
    const { code, out } = await runReconcile(window(first), settings());
    expect(out).toBe('100 payments and 0 refunds on 2 pages: 0 differences, 0 unreadable.\n');
    expect([code, await hints.count()]).toEqual([0, 0]);
  }, 60_000);

  test(
    `finds the 20 that differ among ${payments} payments, announces those that are ours, and exits with 1`,
    async () => {
      const { code, out } = await runReconcile([...window(second), '--json'], settings());
      const { summary, differences } = JSON.parse(out) as Printed;
      expect(differences).toHaveLength(20);
      expect(summary).toMatchObject({ payments: payments + 19, refunds: 2, differences: planted });
      expect(differences.every(({ is_known: isKnown }) => !isKnown)).toBe(true);
      expect([code, await hints.count()]).toEqual([1, 17]);
    },
    timeoutMs,
  );

  test(
    'prints the same as a table, one line for each',
    async () => {
      const { code, out } = await runReconcile(window(quarter), settings());
      const kindsSeen = out.split('\n').map((line) => line.split(' ')[0] ?? '');
      const count = (kind: string): number => kindsSeen.filter((seen) => seen === kind).length;
      expect([code, Object.fromEntries(kinds.map(([kind]) => [kind, count(kind)]))]).toEqual([1, planted]);
    },
    timeoutMs,
  );

  test.each([
    ['the window ends before it begins', ['--from', '2026-11-02', '--to', '2026-11-01'], '--from must be before --to'],
    ['there is no such day', ['--from', '2026-02-31', '--to', '2026-11-01'], 'There is no such time as 2026-02-31.'],
  ])('exits with 2 where %s, and says so', async (_what, args, sentence) => {
    const { code, out, err } = await runReconcile(args, settings());
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
  });

  test('exits with 2 where the provider cannot be read, and says where to go on', async () => {
    const { code, err } = await runReconcile(window(first), {
      ...settings(),
      YOOKASSA_API_URL: 'http://127.0.0.1:9/v3',
    });
    expect(code).toBe(2);
    expect(err).toContain(`Go on with --from ${toIso(begin)}.`);
  }, 60_000);
});
