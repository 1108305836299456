import type { Effect, Subject } from '../../domain/model/effect.ts';
import { checkStatus } from './check-status.ts';
import type { CoreServices } from '../services/core-services.ts';
import { withHandlerDeadline } from '../services/handler-deadline.ts';
import type { About } from '../change/change-subscriber.ts';
import { type Reserved, sendOperation, sendReserved } from './send-operation.ts';

/** More than all refunds of one cancel lead to. The status checks of further operations carry them out. */
const effectsMax = 100;

type CarryOut = (services: CoreServices, about: About, subject: Subject) => Promise<readonly Effect[]>;
const carryOut: Readonly<Record<Effect['kind'], CarryOut>> = { send: sendOperation, check: checkStatus };

/** Runs effects one after the other. The effects that one leads to come before its siblings. */
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

/** Runs the effects of a saved decision at the provider, after the send that the save reserved. */
export async function runEffects(
  services: CoreServices,
  about: About,
  effects: readonly Effect[],
  reserved: Reserved | null = null,
): Promise<void> {
  // The decision is saved, so a failure does not fail the message: the document has a status check due.
  const work = runAll(services, about, effects, reserved).catch((cause: unknown) => {
    services.log.warn('provider operation failed; its timer repeats it', { userId: about.userId }, cause);
  });
  await withHandlerDeadline(services, work);
}
