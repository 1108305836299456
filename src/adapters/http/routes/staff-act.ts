import type { StaffAct } from '../../../application/requests/staff-act.ts';
import { redact } from '../../../messages/plain-text.ts';
import type { UserCall } from '../contract/route.ts';

const reasonCharsMax = 500;

/** The act of a request: its body has the reason, and its key the client's own id of the act. */
export function staffActOf(call: UserCall): StaffAct {
  const { reason } = call.body as { reason: string };
  return {
    actor: call.user.id,
    key: call.header('idempotency-key') ?? '',
    reason: redact(reason, reasonCharsMax),
    requestId: call.trace.correlationId,
  };
}
