import type { CommandEntry } from '../../../domain/model/command.ts';
import { historyFields, type HistoryRow } from './history-fields.ts';
import { commandFields } from './parts/command.ts';
import { createCollection, required } from './schema.ts';

export type CommandRow = HistoryRow & Omit<CommandEntry, 'id' | 'acceptedAt'> & { readonly acceptedAt: Date };

/** Read model: every command with its outcome. It keeps commands that the subscriber's document has dropped. */
export const commands = createCollection<CommandRow>(
  'commands',
  {
    ...historyFields,
    ...commandFields,
    /** Real time of its acceptance. */
    acceptedAt: required(Date),
  },
  [{ name: 'of_user', key: { userId: 1, acceptedAt: -1 } }],
);
