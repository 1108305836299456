import { hourMs } from '../../../domain/model/instant.ts';
import { acceptNotification } from '../../../application/requests/accept-notification.ts';
import type { Hint } from '../../../application/ports/message-factory.ts';
import { createAddressList } from './client-address.ts';
import { sameSecret } from '../auth/digests.ts';
import type { HttpContext } from './http-context.ts';
import { invalidAt, Problem } from '../contract/problem.ts';
import { type Answer, type Call, ok, type Routes } from '../contract/route.ts';

/** The provider sends its whole object, which its documentation lets grow to this size. */
const bodyMaxBytes = 64 * 1024;

/** The provider repeats each notification for a day. One alarm an hour says it. */
const alarmEveryMs = hourMs;

/** The provider's ids have 36 characters today; longer ones are accepted up to this. */
const objectIdShape = /^[A-Za-z0-9-]{1,64}$/;

const objectTypes = ['payment', 'refund', 'payment_method'] as const;

/** Takes nothing but the id of the object; null for an unknown event. */
function parseHint(body: unknown): Hint | null {
  const { event, object } = body as { event: string; object: Readonly<Record<string, unknown>> };
  const objectType = objectTypes.find((type) => event.startsWith(`${type}.`));
  if (objectType === undefined) return null;
  const objectId = object['id'];
  if (typeof objectId !== 'string' || !objectIdShape.test(objectId))
    throw invalidAt('body/object/id', 'is not an object id');
  return { provider: 'yookassa', objectType, objectId };
}

async function take(http: HttpContext, call: Call): Promise<Answer> {
  const hint = parseHint(call.body);
  if (hint === null) {
    // The provider repeats for 24 hours what is not answered 200.
    http.log.warn('notification of an unknown event ignored', { correlationId: call.trace.correlationId });
    return ok({ taken: false });
  }
  await acceptNotification(http, hint, call.trace);
  return ok({ taken: true });
}

/** Notifications are unsigned, so the path is secret, the senders are listed, and only an id is taken from them. */
export function notificationRoutes(http: HttpContext): Routes {
  const { notificationSecrets, notificationAddresses } = http.options;
  const isProvider = createAddressList(notificationAddresses);
  let alarmedMs = -Infinity;
  // Who knows the secret is the provider, behind a proxy that we do not count, or has stolen it: a person must look.
  const report = ({ trace: { correlationId } }: Call): void => {
    const nowMs = http.clock.monotonicMs();
    const isAlarm = nowMs - alarmedMs >= alarmEveryMs;
    if (isAlarm) alarmedMs = nowMs;
    http.log[isAlarm ? 'error' : 'warn']('notification from a foreign address refused', { correlationId });
  };
  const early = (call: Call): void => {
    const given = call.path['secret'] ?? '';
    if (!notificationSecrets.some((secret) => sameSecret(given, secret))) throw new Problem(404, '4004');
    if (isProvider(call.address)) return;
    report(call);
    throw new Problem(403, '3000');
  };
  return { takeNotification: { access: 'public', early, bodyMaxBytes, handle: (call) => take(http, call) } };
}
