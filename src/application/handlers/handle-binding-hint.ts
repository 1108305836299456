import { ignored } from '../../domain/decision/draft.ts';
import { decideCheckResult } from '../../domain/payment/decide-check-result.ts';
import { changeSubscriber } from '../change/change-subscriber.ts';
import type { Handled } from '../ports/consumer.ts';
import type { Hint } from '../ports/message-factory.ts';
import type { CoreServices } from '../services/core-services.ts';
import { type Hinted, readHinted } from './read-hinted.ts';

/** A method that was bound without a payment. One of a binding that is closed is not taken: it was never charged. */
export async function handleBindingHint(
  services: CoreServices,
  hint: Hint<'payment_method'>,
  hinted: Hinted,
): Promise<Handled> {
  const object = await readHinted(services, hint, hinted);
  const { userId, bindId } = object?.metadata ?? { userId: null, bindId: null };
  if (object === null || userId === null || bindId === null)
    return { kind: 'ignored', reason: 'the method names no binding of ours' };
  const changed = await changeSubscriber(services, { userId, trace: hinted.trace }, (state, context) => {
    const found = { checkResult: { kind: 'found', object }, via: 'notification', askedAt: context.now } as const;
    return state.binding?.id === bindId
      ? decideCheckResult(state, { kind: 'binding', id: bindId }, found, context)
      : ignored('the binding is closed');
  });
  return changed.kind === 'ignored' ? { kind: 'ignored', reason: changed.reason } : { kind: 'handled' };
}
