import type { Saved } from './saved.ts';

/** What a client has sent with a cancel, as it lies in the log. */
export type GivenComment = { readonly comment?: unknown };

/** 23: what a subscriber says as they cancel is in the audit, and nowhere else. */
export function checkComments(
  { world, userId, before, after, save }: Saved,
  commands: ReadonlyMap<string, GivenComment>,
): void {
  const isKnown = (id: string): boolean => before?.commands.some((entry) => entry.id === id) ?? false;
  for (const { id } of after.commands.filter((entry) => !isKnown(entry.id))) {
    const comment = commands.get(id)?.comment;
    if (typeof comment !== 'string') continue;
    const rows = save.entry?.rows ?? [];
    const isAudited = rows.some((row) => row.model === 'audit' && row.id === id && row.row.comment === comment);
    if (!isAudited) world.breach('23: the audit keeps a comment', userId, id);
    const others = [after, save.entry?.messages, rows.filter(({ model }) => model !== 'audit')];
    if (JSON.stringify(others).includes(comment)) world.breach('23: a comment is in the audit alone', userId, id);
  }
}
