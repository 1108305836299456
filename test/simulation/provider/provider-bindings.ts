import { secondMs } from '../../../src/domain/model/instant.ts';
import type { HttpResult } from '../../../src/adapters/yookassa/http-call.ts';
import type { World } from '../world/world.ts';
import { ok, refused } from './provider-answers.ts';
import { accountId, cardOf, pageLifeMs, sbpPrefix } from './provider-ledger.ts';

/** A method that is bound without a payment. For what fails the provider gives no reason, and sends no notification. */
export type BindingEntry = {
  readonly object: 'payment_method';
  readonly id: string;
  readonly key: string;
  readonly createdAt: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly type: 'bank_card' | 'sbp';
  status: 'pending' | 'active' | 'inactive';
};

function bodyOf({ id, type, status, metadata }: BindingEntry): object {
  const card = { last4: cardOf(id), card_type: 'MasterCard' };
  const shown = type === 'sbp' ? { title: 'SBP' } : { title: 'Card', card };
  return {
    ...{ type, id, saved: status === 'active', status, metadata, holder: { account_id: accountId, gateway_id: '1' } },
    ...(status === 'active' ? shown : {}),
    ...(status === 'pending'
      ? { confirmation: { type: 'redirect', confirmation_url: `https://pay.example/bind/${id}` } }
      : {}),
  };
}

type Body = {
  readonly type: BindingEntry['type'];
  readonly metadata?: Readonly<Record<string, string>>;
};

/** The part of the provider that binds methods, with people who confirm them, or leave the page. */
export function createBindings(world: World, onEnd: (entry: BindingEntry) => void) {
  const { random, scheduler } = world;
  const bindings = new Map<string, BindingEntry>();
  const end = (entry: BindingEntry, status: 'active' | 'inactive'): void => {
    if (entry.status !== 'pending') return;
    entry.status = status;
    world.story.add(entry.metadata['user_id'] ?? null, `provider: method ${entry.id} is ${status}`);
    onEnd(entry);
  };
  return {
    bindings,
    create: (key: string, body: object): HttpResult => {
      const { type, metadata = {} } = body as Body;
      const userId = metadata['user_id'] ?? '';
      const id = `${type === 'sbp' ? sbpPrefix : '2f'}${random.id().slice(2)}`;
      const entry: BindingEntry = {
        ...{ object: 'payment_method', id, key, createdAt: scheduler.now(), metadata, type, status: 'pending' },
      };
      bindings.set(id, entry);
      world.story.add(userId, `provider: page ${id} to bind ${type} for ${metadata['bind_id']}`);
      scheduler.after(pageLifeMs, () => end(entry, 'inactive'));
      if (!world.strikes('page_abandoned', userId)) {
        const inMs = Math.ceil(random.spread(5 * secondMs, 0.95 * pageLifeMs));
        scheduler.after(inMs, () => end(entry, world.strikes('page_declined', userId) ? 'inactive' : 'active'));
      }
      return ok(bodyOf(entry));
    },
    read: (id: string): HttpResult => {
      const entry = bindings.get(id);
      return entry === undefined ? refused(404, 'not_found', 'payment_method_id') : ok(bodyOf(entry));
    },
  };
}
