import { discardQueuedMessage, retryBlockedKey } from '../../../application/requests/blocked-key-acts.ts';
import { readBlockedKey } from '../../../application/requests/read-blocked-key.ts';
import { Problem } from '../contract/problem.ts';
import { type Answer, ok, type Routes, type UserCall } from '../contract/route.ts';
import type { HttpContext } from './http-context.ts';
import { presentBlockedKey, presentQueuedMessage } from './queue-presenters.ts';
import { staffActOf } from './staff-act.ts';

const placeOf = ({ path }: UserCall) => ({ group: path['group'] ?? '', key: path['key'] ?? '' });

async function list({ blockedKeys }: HttpContext, call: UserCall): Promise<Answer> {
  const { limit, page } = call.query as { limit: number; page: number };
  return ok((await blockedKeys.listAll({ limit, page })).map(presentBlockedKey));
}

async function read(http: HttpContext, call: UserCall): Promise<Answer> {
  const { limit } = call.query as { limit: number };
  const place = placeOf(call);
  const messages = await readBlockedKey(http, { ...place, limit });
  if (messages.length === 0) throw new Problem(404, '3001');
  return ok({ ...place, messages: messages.map(presentQueuedMessage) });
}

async function retry(http: HttpContext, call: UserCall): Promise<Answer> {
  const place = placeOf(call);
  const answer = await retryBlockedKey(http, place, staffActOf(call));
  if (answer.kind === 'not_blocked') throw new Problem(404, '3001');
  return ok({ ...place, message_id: answer.messageId });
}

async function discard(http: HttpContext, call: UserCall): Promise<Answer> {
  const { message_id: messageId } = call.body as { message_id: string };
  const answer = await discardQueuedMessage(http, { ...placeOf(call), messageId }, staffActOf(call));
  switch (answer.kind) {
    case 'discarded':
      return ok({ message_id: messageId, dead_letter_id: answer.deadLetterId });
    case 'not_queued':
      throw new Problem(404, '3001');
    case 'not_oldest':
      throw new Problem(409, '4061');
    case 'being_tried':
      throw new Problem(409, '4062');
  }
}

/** Keys whose messages wait behind one that fails: staff see them, and help the oldest message on. */
export const blockedKeyRoutes = (http: HttpContext): Routes => ({
  listBlockedKeys: { access: 'superuser', handle: (call) => list(http, call) },
  readBlockedKey: { access: 'superuser', handle: (call) => read(http, call) },
  retryBlockedKey: { access: 'superuser', handle: (call) => retry(http, call) },
  discardBlockedMessage: { access: 'superuser', handle: (call) => discard(http, call) },
});
