import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import { clearIn } from '../world/key-rings.ts';
import type { World } from '../world/world.ts';
import type { Saved } from './saved.ts';
import { noteBinding } from './witness.ts';

/** By the promise, not by the policy that is under test. */
const methodsMax = 10;
/** A page lives for an hour; a provider that does not answer is waited for a day, with clocks that differ. */
const bindingMsMax = dayMs + 3 * hourMs;

const isUsable = ({ methods }: Subscriber, methodId: string): boolean =>
  methods.some(({ id, usable }) => usable && id === methodId);

/** 3: one key has one body, also of a binding. */
function checkKey({ world, witness, userId, after }: Saved): void {
  if (after.binding === null) return;
  const { request, idempotenceKey } = after.binding.send;
  if (noteBinding(witness, userId, after.binding).request !== clearIn(request))
    world.breach('3: one key, one body', userId, idempotenceKey);
}

/** 36: what is bound is no eleventh method, and no default changes unless the subscriber chooses another one. */
export function checkBindings(check: Saved): void {
  checkKey(check);
  const { world, userId, before, after, save } = check;
  const schemas = (save.entry?.messages ?? []).map(({ schema }) => schema);
  const linked = after.methods.filter(({ unlinkedAt }) => unlinkedAt === undefined).length;
  if (schemas.some((schema) => schema.startsWith('payment-method-bound')) && linked > methodsMax)
    world.breach('37: no method is bound beyond ten', userId, linked);
  const [had, has] = [before?.subscription, after.subscription];
  if (before === null || had == null || had.id !== has?.id) return;
  if (!('methodId' in had) || !('methodId' in has) || had.methodId === null || has.methodId === null) return;
  const isChosen = schemas.some((schema) => /^payment-method-(default-changed|saved)/u.test(schema));
  if (had.methodId !== has.methodId && isUsable(before, had.methodId) && !isChosen)
    world.breach('37: the default never changes unasked', userId, { before: had.methodId, after: has.methodId });
}

/** 20: every binding comes to an end. */
export function checkBindingEnds(world: World, { userId, binding }: Subscriber): void {
  if (binding === null || binding.createdRealAt > world.scheduler.now() - bindingMsMax) return;
  world.breach('20: every binding comes to an end', userId, `${binding.id} is ${binding.state}`);
}
