import { decideAbsent } from '../../domain/payment/decide-absent.ts';
import { absentThere } from '../../domain/reconciliation/find-difference.ts';
import type { ProviderObject } from '../../domain/model/provider.ts';
import { changeSubscriber } from '../change/change-subscriber.ts';
import type { Handled } from '../ports/consumer.ts';
import type { Hint } from '../ports/message-factory.ts';
import type { CoreServices } from '../services/core-services.ts';
import { findBooked } from '../services/find-booked.ts';
import type { Hinted } from './read-hinted.ts';

/** The reconciliation named an object that the provider does not have, neither in its list nor by its id. */
export async function handleAbsent(
  services: CoreServices,
  { objectType, objectId }: Hint<ProviderObject['object']>,
  { trace }: Hinted,
): Promise<Handled> {
  const subject = { object: objectType, id: objectId };
  const booked = await findBooked(services, subject);
  if (booked === null) return { kind: 'ignored', reason: 'neither side has it' };
  const { userId, ours } = booked;
  const changed = await changeSubscriber(services, { userId, trace }, (state) =>
    decideAbsent(state, absentThere(subject, ours)),
  );
  return changed.kind === 'ignored' ? changed : { kind: 'handled' };
}
