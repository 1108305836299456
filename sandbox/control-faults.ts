import { routeNames } from './api.ts';
import { bad, readCount } from './control-values.ts';
import { faultDefaults, faultKinds, isFaultKind } from './faults.ts';
import type { Sandbox } from './sandbox.ts';
import type { JsonObject } from './types.ts';

const maxFaultTimes = 1_000_000;
/** A pending charge may last days on a test clock; setTimeout accepts up to 24 days. */
export const maxFaultMs = 7 * 86_400_000;

/** Kinds whose answer does not show whether the operation was done: `done` decides it. */
const eitherWay: readonly string[] = ['hang', 'reset', 'gateway_refusal'];

export function planFault(sandbox: Sandbox, body: JsonObject): unknown {
  const { on, kind, done, about = '' } = body;
  if (typeof on !== 'string' || !/^(GET|POST) \/v3\/\S+$/.test(on)) {
    throw bad(`"on" must be one of: ${routeNames.join(', ')}; or such a line with a real id`);
  }
  if (!isFaultKind(kind)) throw bad(`"kind" must be one of: ${faultKinds.join(', ')}`);
  if (done !== undefined && typeof done !== 'boolean') throw bad('"done" must be true or false');
  if (typeof about !== 'string')
    throw bad('"about" must be a text that the call or the create request of its payment contains');
  const defaults = faultDefaults(kind);
  const ms = readCount('ms', body['ms'], defaults.ms, maxFaultMs);
  const times = readCount('times', body['times'], 1, maxFaultTimes);
  const isDone = eitherWay.includes(kind) && done !== undefined ? done : defaults.isDone;
  if (times > 0) sandbox.faults.add({ on, about, fault: { kind, ms, isDone } }, times);
  return { on, about, kind, times, ms, done: isDone };
}

export function setReadLag(sandbox: Sandbox, body: JsonObject): unknown {
  const ms = readCount('lag_ms', body['lag_ms'], 0, maxFaultMs);
  sandbox.readLag.set(ms);
  return { lag_ms: ms };
}

export function clearFaults(sandbox: Sandbox): unknown {
  sandbox.faults.clear();
  return { cleared: true };
}
