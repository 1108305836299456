/** Why subscribers leave. */
export const cancelReasons = [
  'too_expensive',
  'not_using',
  'missing_content',
  'technical_problems',
  'switched_service',
  'temporary',
  'other',
  'unknown',
] as const;

export type CancelReason = (typeof cancelReasons)[number];

const isCancelReason = (text: string): text is CancelReason => (cancelReasons as readonly string[]).includes(text);

/** A client of the v1 API sends words of the subscriber. They are none of the list, and no fact has them. */
export function cancelReasonOf(text: string | null): CancelReason | null {
  if (text === null || text.trim() === '') return null;
  return isCancelReason(text) ? text : 'other';
}
