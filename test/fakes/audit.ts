import type { Audit, AuditEntry } from '../../src/application/ports/audit.ts';
import type { MemoryReadModels } from './read-models.ts';

/** Holds what was appended, beside the rows of orders that the read models have received. */
export function createMemoryAudit(
  readModels?: Pick<MemoryReadModels, 'rows'>,
): Audit & { readonly entries: () => readonly AuditEntry[] } {
  const entries = new Map<string, AuditEntry>();
  const ordered = (): readonly AuditEntry[] =>
    readModels?.rows().flatMap((row) => (row.model === 'audit' ? [row.row] : [])) ?? [];
  return {
    entries: () => [...entries.values(), ...ordered()],
    append: (added) => {
      for (const entry of added) if (!entries.has(entry.id)) entries.set(entry.id, structuredClone(entry));
      return Promise.resolve();
    },
    list: ({ about, limit, page }) =>
      Promise.resolve(
        [...entries.values(), ...ordered()]
          .filter(({ subject, userId }) => subject.id === about || userId === about)
          .toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
          .slice((page - 1) * limit, page * limit),
      ),
  };
}
