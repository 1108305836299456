import type { TestSystem } from '../../support/test-system.ts';

export const user = '11111111-1111-4111-8111-111111111111';

export const methodsOf = async (system: TestSystem) => (await system.state(user)).methods;
export const firstOf = async (system: TestSystem) => (await methodsOf(system))[0]?.id ?? 'none';
export const unlink = async (system: TestSystem, methodId?: string) =>
  system.order(user, { type: 'payment_method.unlink', methodId: methodId ?? (await firstOf(system)) });
export const charges = (system: TestSystem) =>
  system.provider.sends().filter(({ order }) => order.kind === 'charge').length;
export const refunds = (system: TestSystem) =>
  system.provider.entries().filter(({ object }) => object.object === 'refund');
export const typesOf = (system: TestSystem) => system.facts(user).map(({ type }) => type);

export async function stateOf(system: TestSystem) {
  const { subscription, entitlement } = await system.state(user);
  return { status: subscription?.status, watches: entitlement?.active === true };
}
