import { alarm, type Draft } from './draft.ts';

/** A command was acknowledged, and may have been carried out before a restore: operators hear that nothing comes of it now. */
export const nameUndone = (draft: Draft, commandId: string, why: string): Draft =>
  alarm(draft, {
    rule: 'contradiction',
    subjectId: commandId,
    detail: `the restore has undone an acknowledged command, which ${why} when it was read again`,
  });
