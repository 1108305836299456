import type { HttpContext } from './http-context.ts';
import { presentAuditEntry } from './presenters.ts';
import { type Answer, ok, type Routes, type UserCall } from '../contract/route.ts';

async function listAudit({ audit }: HttpContext, call: UserCall): Promise<Answer> {
  const { about, limit, page } = call.query as { about: string; limit: number; page: number };
  return ok((await audit.list({ about, limit, page })).map(presentAuditEntry));
}

/** What staff read. What they change is a command (command-routes.ts). */
export const adminRoutes = (http: HttpContext): Routes => ({
  listAudit: { access: 'superuser', handle: (call) => listAudit(http, call) },
});
