import { expect, test } from '@jest/globals';
import { auditRestore } from '../../../src/application/restore/audit-restore.ts';
import { declareRestore } from '../../../src/application/restore/declare-restore.ts';
import { hourMs } from '../../../src/domain/model/instant.ts';
import { createMemoryAudit } from '../../fakes/audit.ts';
import { noon } from '../../support/tariffs.ts';

const named = { restoredAt: noon - 2 * hourMs, stoppedAt: noon - hourMs };

test('each declared restore is one entry of the audit, however often the command runs', async () => {
  const audit = createMemoryAudit();
  const services = { audit, clock: { now: () => noon + hourMs }, hash: (text: string) => text };
  const first = declareRestore(null, named, noon);
  if (typeof first === 'string') throw new Error(first);
  const again = declareRestore({ ...first, completedAt: noon }, { ...named, isAgain: true }, noon + hourMs);
  if (typeof again === 'string') throw new Error(again);
  for (const [declared, requestId] of [
    [first, 'r-1'],
    [first, 'r-2'],
    [again, 'r-3'],
  ] as const)
    await auditRestore(services, declared, { actor: 'anna', key: requestId, reason: 'a lost disk', requestId });
  const entries = await audit.list({ about: 'database', limit: 10, page: 1 });
  expect(entries.map(({ requestId }) => requestId).toSorted()).toEqual(['r-1', 'r-3']);
  const common = { actor: 'anna', action: 'restore.declare', reason: 'a lost disk' };
  for (const entry of entries) expect(entry).toMatchObject({ ...common, after: named });
});
