import type { CommandEntry } from '../model/command.ts';
import { alarm, commandsOf, type Draft } from './draft.ts';

type IsMeant = (entry: CommandEntry) => boolean;

const name = (draft: Draft, subjectId: string, detail: string): Draft =>
  alarm(draft, { rule: 'contradiction', subjectId, detail });

const undone = (why: string): string =>
  `the restore has undone an acknowledged command, which ${why} when it was read again`;

/** A command was acknowledged, and may have been carried out before a restore: operators hear that nothing comes of it now. */
export const nameUndone = (draft: Draft, commandId: string, why: string): Draft => name(draft, commandId, undone(why));

/** Names each command that waits for the payment or the binding, of which a restore may have undone more than is known. */
export const nameWaiting = (draft: Draft, operationId: string, detail: string, isMeant: IsMeant = () => true): Draft =>
  commandsOf(draft.state, operationId, [null, 'requires_action'])
    .filter(isMeant)
    .reduce((named, { id }) => name(named, id, detail), draft);

/** The same, where nothing comes of them now. */
export const nameUndoneBy = (draft: Draft, operationId: string, why: string): Draft =>
  nameWaiting(draft, operationId, undone(why));
