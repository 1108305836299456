import type { NoticeReport, NoticeReports } from '../../src/application/ports/notice-reports.ts';
import type { MemoryReadModels } from './read-models.ts';

/** Reports in memory, beside the rows of payments that the read models have received. */
export function createMemoryNoticeReports({ rows }: Pick<MemoryReadModels, 'rows'>): NoticeReports & {
  readonly reports: () => readonly NoticeReport[];
} {
  const kept = new Map<string, NoticeReport>();
  return {
    reports: () => [...kept.values()],
    findNamed: (userId, noticeId) => {
      const notices = rows().flatMap((row) =>
        row.model === 'payments' && row.userId === userId ? (row.why?.notice ?? []) : [],
      );
      return Promise.resolve(notices.find(({ id }) => id === noticeId)?.at ?? null);
    },
    keep: (report) => {
      if (kept.has(report.noticeId)) return Promise.resolve('repeated');
      kept.set(report.noticeId, structuredClone(report));
      return Promise.resolve('kept');
    },
  };
}
