import { activateBinding, deactivateBinding } from './bindings.ts';
import { bad, refused } from './control-values.ts';
import { findPayable, payByCard } from './pay.ts';
import type { Sandbox } from './sandbox.ts';
import type { JsonObject } from './types.ts';

const goodCard = '5555555555554444';

/** Ends a binding as the subscriber or their bank would: `active`, a card being a good one, or `inactive` in silence. */
export function endBinding(sandbox: Sandbox, id: string, body: JsonObject): unknown {
  const payable = findPayable(sandbox, id);
  if (payable?.kind !== 'binding') throw refused(404, `there is no binding ${id}`);
  const { record } = payable;
  const { status, type } = record.object;
  if (status !== 'pending') throw bad(`binding ${id} is ${status}: only a pending one can end`);
  const { result } = body;
  if (result === 'inactive') deactivateBinding(sandbox, record);
  else if (result !== 'active') throw bad('"result" must be active or inactive');
  else if (type === 'sbp') activateBinding(sandbox, record, 'sbp');
  else payByCard(sandbox, payable, goodCard);
  return findPayable(sandbox, id)?.record.object;
}
