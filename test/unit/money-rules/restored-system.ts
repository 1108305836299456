import { hourMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, type TestSystem } from '../../support/test-system.ts';

/** Whose life goes back to a backup. */
export const user = '11111111-1111-4111-8111-111111111111';

type Command = Parameters<TestSystem['deliver']>[0];

let orders = 0;
/** A command that can be delivered again. */
export function ordered(system: TestSystem, input: Readonly<Record<string, unknown>>, kind: 'user' | 'staff' = 'user') {
  const given = { commandId: `order-${(orders += 1)}`, userId: user, acceptedAt: system.clock.now() };
  const by = { actor: { kind, id: user }, bodyHash: 'a'.repeat(64), notAfter: null };
  return { ...given, ...by, ...input } as unknown as Command;
}

export async function deliver(system: TestSystem, command: Command): Promise<void> {
  await system.deliver(command);
  await system.services.relay.idle();
}

export function later({ clock }: TestSystem, ms: number): void {
  clock.set(clock.now() + ms);
}

/** The refunds that the provider has. */
export const refunds = (system: TestSystem) =>
  system.provider.entries().flatMap(({ object }) => (object.object === 'refund' ? [object] : []));

export async function termOf(system: TestSystem) {
  const { subscription } = await system.state(user);
  if (subscription === null || !('term' in subscription) || subscription.term === null) throw new Error('no period');
  return subscription.term;
}

/** A period has nearly passed, and a backup is made; the renewal comes an hour later. A month where nothing else is bought. */
export async function beforeRenewal(bought: Parameters<typeof createSystemWithActive>[1] = {}) {
  const system = await createSystemWithActive(user, bought);
  const { periodEnd } = await termOf(system);
  await system.pass(periodEnd - hourMs - system.clock.now(), hourMs);
  return { system, backup: system.backUp() };
}
