import type { Audit, AuditEntry } from '../../src/application/ports/audit.ts';

export function createMemoryAudit(): Audit & { readonly entries: () => readonly AuditEntry[] } {
  const entries = new Map<string, AuditEntry>();
  return {
    entries: () => [...entries.values()],
    append: (added) => {
      for (const entry of added) if (!entries.has(entry.id)) entries.set(entry.id, structuredClone(entry));
      return Promise.resolve();
    },
    list: ({ about, limit, page }) =>
      Promise.resolve(
        [...entries.values()]
          .filter(({ subject, userId }) => subject.id === about || userId === about)
          .toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
          .slice((page - 1) * limit, page * limit),
      ),
  };
}
