import type { Notice } from '../model/notice.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** The notice of this id, where the document still has it; null otherwise. */
export function knownNotice({ subscription }: Subscriber, noticeId: string): Notice | null {
  const notices = subscription !== null && 'notices' in subscription ? (subscription.notices ?? []) : [];
  return notices.find(({ id }) => id === noticeId) ?? null;
}
