import type { Effect, Subject } from '../domain/model/effect.ts';
import { checkStatus } from './check-status.ts';
import type { CoreServices } from './core-services.ts';
import { withHandlerDeadline } from './handler-deadline.ts';
import type { About } from './change-subscriber.ts';
import { type Reserved, sendOperation, sendReserved } from './send-operation.ts';

/** More than all refunds of one cancel lead to; what is left beyond it is found again by its status check. */
const effectsMax = 100;

type CarryOut = (services: CoreServices, about: About, subject: Subject) => Promise<readonly Effect[]>;
const carryOut: Readonly<Record<Effect['kind'], CarryOut>> = { send: sendOperation, check: checkStatus };

/** One after the other; what an effect leads to in its turn comes before its siblings. */
async function runAll(
  services: CoreServices,
  about: About,
  effects: readonly Effect[],
  reserved: Reserved | null,
): Promise<void> {
  const waiting = [...(reserved === null ? [] : await sendReserved(services, about, reserved)), ...effects];
  for (let count = 0; count < effectsMax; count += 1) {
    const effect = waiting.shift();
    if (effect === undefined) return;
    waiting.unshift(...(await carryOut[effect.kind](services, about, effect.subject)));
  }
}

/** Carries out what a decision asks for at the provider: first the send that its save reserved, then its effects. */
export async function runEffects(
  services: CoreServices,
  about: About,
  effects: readonly Effect[],
  reserved: Reserved | null = null,
): Promise<void> {
  // The decision is saved: whatever fails from here on is found again in the document, the message is done.
  const work = runAll(services, about, effects, reserved).catch((cause: unknown) => {
    services.log.warn('provider operation failed; its announcement repeats it', { userId: about.userId }, cause);
  });
  await withHandlerDeadline(services, work);
}
