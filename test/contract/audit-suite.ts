import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Audit, AuditEntry } from '../../src/application/ports/audit.ts';
import { noon, sampleAct } from './samples.ts';

export function auditSuite(name: string, open: () => Promise<Audit>): void {
  describe(`${name}: the audit`, () => {
    let audit: Audit;
    let userId: string;
    beforeEach(async () => {
      audit = await open();
      userId = randomUUID();
    });

    const act = (changes: Partial<AuditEntry> = {}): AuditEntry => sampleAct(userId, changes);
    const listed = (about: string, limit = 10, page = 1) => audit.list({ about, limit, page });

    test('keeps an act as it was written, found by its subject and by its user', async () => {
      const entry = act({ subject: { kind: 'payment', id: randomUUID() } });
      await audit.append([entry]);
      expect(await listed(entry.subject.id)).toEqual([entry]);
      expect(await listed(userId)).toEqual([entry]);
      expect(await listed(randomUUID())).toEqual([]);
    });

    test('keeps an act that concerns no user and changed nothing', async () => {
      const id = randomUUID();
      const entry = act({ userId: null, subject: { kind: 'dead_letter', id }, before: null, after: null });
      await audit.append([entry]);
      expect(await listed(id)).toEqual([entry]);
    });

    test('lists the newest first, page by page', async () => {
      const entries = [3, 1, 2].map((minute) => act({ at: noon + minute }));
      await audit.append(entries);
      const times = async (page: number) => (await listed(userId, 2, page)).map(({ at }) => at - noon);
      expect([await times(1), await times(2), await times(3)]).toEqual([[3, 2], [1], []]);
    });

    test('never changes an act: the same id again is ignored, and others of the call are added', async () => {
      const [first, second] = [act(), act({ at: noon + 1 })];
      await audit.append([first]);
      await audit.append([{ ...first, reason: 'another', after: null }, second]);
      await audit.append([]);
      expect(await listed(userId)).toEqual([second, first]);
    });
  });
}
