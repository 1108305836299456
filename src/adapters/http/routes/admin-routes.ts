import type { HttpContext } from './http-context.ts';
import type { WorkState } from '../../../application/ports/work-list.ts';
import { openComment } from '../../../application/services/open-comment.ts';
import { readEvidence } from '../../../application/requests/read-evidence.ts';
import { readStoredSubscriber } from '../../../application/requests/read-stored-subscriber.ts';
import { cursorOf, placeFrom } from '../contract/cursor.ts';
import { presentEvidence } from './present-evidence.ts';
import { presentAuditEntry, presentStored, presentWork } from './presenters.ts';
import { Problem } from '../contract/problem.ts';
import { type Answer, ok, type Routes, type UserCall } from '../contract/route.ts';

async function listAudit({ audit, cipher }: HttpContext, call: UserCall): Promise<Answer> {
  const { about, limit, page } = call.query as { about: string; limit: number; page: number };
  const entries = await audit.list({ about, limit, page });
  return ok(entries.map((entry) => presentAuditEntry(entry, openComment(cipher, entry))));
}

async function readPaymentEvidence(http: HttpContext, call: UserCall): Promise<Answer> {
  const found = await readEvidence(http, call.path['payment_id'] ?? '');
  if (found === null) throw new Problem(404, '3001');
  return ok(presentEvidence(found));
}

async function readSubscriber(http: HttpContext, call: UserCall): Promise<Answer> {
  const found = await readStoredSubscriber(http, (call.path['user_id'] ?? '').toLowerCase());
  if (found === null) throw new Problem(404, '3001');
  return ok(presentStored(found));
}

async function listWork({ workList }: HttpContext, call: UserCall): Promise<Answer> {
  const { state, limit, after } = call.query as { state: WorkState; limit: number; after?: string };
  const from = placeFrom(after);
  const items = await workList({ state, limit, after: from === null ? null : { since: from.at, id: from.id } });
  const last = items.length < limit ? undefined : items.at(-1);
  return ok({
    items: items.map(presentWork),
    next: last === undefined ? null : cursorOf({ at: last.since, id: last.id }),
  });
}

/** What staff read. What they change is a command (command-routes.ts). */
export const adminRoutes = (http: HttpContext): Routes => ({
  readSubscriber: { access: 'superuser', handle: (call) => readSubscriber(http, call) },
  listWork: { access: 'superuser', handle: (call) => listWork(http, call) },
  readEvidence: { access: 'superuser', handle: (call) => readPaymentEvidence(http, call) },
  listAudit: { access: 'superuser', handle: (call) => listAudit(http, call) },
});
