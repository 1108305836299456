import type { PlantedBug } from './planted-bug.ts';

/** Mistakes about the notices before charges. */
export const plantedNotices: readonly PlantedBug[] = [
  {
    name: 'a charge that does not wait for its notice',
    file: 'src/domain/subscription/next-charge.ts',
    text: 'notice === null ? planned : Math.max(planned, notice.at + policy.noticeFloorMs);',
    instead: 'notice === null ? planned : Math.max(planned, notice.at + policy.noticeFloorMs * 0);',
  },
  {
    name: 'charges without their notice',
    file: 'src/domain/subscription/notices.ts',
    text: 'return isShort ? [] : [',
    instead: 'return isShort || amountMinor > 0 ? [] : [',
  },
  {
    name: 'a notice at every announcement',
    file: 'src/domain/subscription/notices.ts',
    text: 'amountMinor === wanted.amountMinor && at >= wanted.dueAt,',
    instead: 'amountMinor === wanted.amountMinor && at >= wanted.dueAt + 60_000,',
  },
  {
    name: 'the last notice of an end skipped',
    file: 'src/domain/subscription/give-notices.ts',
    text: 'return context.now < moment',
    instead: 'return context.now < moment - 30 * 3_600_000',
  },
  {
    name: 'notices about two charges with one id',
    file: 'src/adapters/system/ids.ts',
    text: "nameOf('notice', subscriptionId, kind, dueAt, moment, amountMinor)",
    instead: "nameOf('notice', subscriptionId, kind, dueAt, amountMinor)",
    seed: 266628515,
  },
];
