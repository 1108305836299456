import { makeForeign, refundInCabinet, type Foreign } from './cabinet.ts';
import { bad, readCount, readTime, refused } from './control-values.ts';
import { ApiError } from './errors.ts';
import { readMetadata } from './fields.ts';
import { parseMinor } from './money.ts';
import type { Sandbox } from './sandbox.ts';
import type { JsonObject } from './types.ts';

/** Two days of a shop with 10,000 payments a day. They are one line of the journal. */
const foreignMax = 20_000;
const defaultAmount = '1000.00';

function readMinor(value: unknown): number {
  const minor = parseMinor(value);
  if (minor === null || minor === 0) throw bad('"amount" must be a decimal text such as 100.00');
  return minor;
}

/** What the provider would refuse is a mistake of the control request. */
function orBad<Result>(name: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw bad(`"${name}": ${String(error.body['description'])}`);
  }
}

function readPast({ from, to }: JsonObject): Foreign['past'] {
  if (from === undefined && to === undefined) return null;
  const past = { fromMs: readTime('from', from), toMs: readTime('to', to) };
  if (past.toMs < past.fromMs) throw bad('"to" must not lie before "from"');
  return past;
}

export function makeForeignPayments(sandbox: Sandbox, body: JsonObject): unknown {
  const foreign: Foreign = {
    count: readCount('count', body['count'], 1, foreignMax),
    amountMinor: readMinor(body['amount'] ?? defaultAmount),
    metadata: orBad('metadata', () => readMetadata(body)),
    past: readPast(body),
  };
  return { ids: makeForeign(sandbox, foreign) };
}

export function makeCabinetRefund(sandbox: Sandbox, id: string, { amount }: JsonObject): unknown {
  const payment = sandbox.store.get('payments', id);
  if (payment === undefined) throw refused(404, `there is no payment ${id}`);
  return orBad('amount', () => refundInCabinet(sandbox, payment, amount === undefined ? null : readMinor(amount)));
}
