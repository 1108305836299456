import type { Saved } from './saved.ts';

/** What a client has sent with a cancel, as it lies in the log: a repeat of what became a dead letter is sealed anew. */
export type GivenComment = { readonly comments: readonly string[] };

/** 23: what a subscriber says as they cancel is in the audit, and nowhere else. */
export function checkComments(
  { world, userId, before, after, save }: Saved,
  commands: ReadonlyMap<string, GivenComment>,
): void {
  const isKnown = (id: string): boolean => before?.commands.some((entry) => entry.id === id) ?? false;
  for (const { id } of after.commands.filter((entry) => !isKnown(entry.id))) {
    const comments = commands.get(id)?.comments ?? [];
    if (comments.length === 0) continue;
    const rows = save.entry?.rows ?? [];
    const isAudited = rows.some(
      (row) => row.model === 'audit' && row.id === id && comments.some((one) => one === row.row.comment),
    );
    if (!isAudited) world.breach('23: the audit keeps a comment', userId, id);
    const others = [after, save.entry?.messages, rows.filter(({ model }) => model !== 'audit')];
    if (comments.some((comment) => JSON.stringify(others).includes(comment)))
      world.breach('23: a comment is in the audit alone', userId, id);
  }
}
