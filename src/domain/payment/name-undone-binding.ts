import type { Draft } from '../decision/draft.ts';
import { nameWaiting } from '../decision/name-undone.ts';
import type { Binding } from '../model/binding.ts';
import type { Context } from '../model/context.ts';
import { mayBeLost } from '../model/epoch.ts';

/**
 * A binding that was open in a backup, or that a command of before the restore has begun again, may have been completed before the
 * restore, and the provider has no list of them: its commands, which may have been acknowledged as completed, are named where
 * nothing comes of them now. All of them, or those of one type.
 */
export function nameUndoneBinding(
  draft: Draft,
  { id, createdRealAt }: Pick<Binding, 'id' | 'createdRealAt'>,
  { epoch }: Context,
  ofType: string | null = null,
): Draft {
  if (epoch === null) return draft;
  const detail = 'a binding of before a restore has ended, and may have saved a method since the backup';
  const isOfBackup = createdRealAt <= epoch.stoppedAt;
  return nameWaiting(draft, id, detail, ({ type, acceptedAt }) => {
    const isMeant = ofType === null || type === ofType;
    return isMeant && (isOfBackup || mayBeLost(epoch, acceptedAt));
  });
}
