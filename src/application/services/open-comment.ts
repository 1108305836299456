import type { AuditEntry } from '../ports/audit.ts';
import type { Cipher } from '../ports/cipher.ts';

/** What a subscriber has added, in clear; null where they have added nothing, or where no key of ours opens it any more. */
export function openComment({ open }: Pick<Cipher, 'open'>, { comment }: AuditEntry): string | null {
  if (comment === undefined) return null;
  try {
    return new TextDecoder().decode(open(comment));
  } catch {
    return null;
  }
}
