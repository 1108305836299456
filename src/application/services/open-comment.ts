import type { AuditEntry } from '../ports/audit.ts';
import { type Cipher, fieldOf, openBound } from '../ports/cipher.ts';

/** What a subscriber has added, in clear; null where they have added nothing, or where no key of ours opens it any more. */
export function openComment(cipher: Pick<Cipher, 'open'>, { comment, userId }: AuditEntry): string | null {
  if (comment === undefined) return null;
  try {
    return new TextDecoder().decode(openBound(cipher, comment, fieldOf(userId ?? '', 'comment')));
  } catch {
    return null;
  }
}
