import { minuteMs } from '../../../src/domain/model/instant.ts';
import type { World } from '../world/world.ts';
import type { Witness } from './witness.ts';

/** The oldest key that may still arrive, from its first arrival, by true time: clocks differ, and requests take time. */
const keyAgeMsMax = (world: World): number =>
  world.provider.numbers.keyLifeMs + 2 * world.swarm().skewMs + 11 * minuteMs;

/** 3, 5: checks every request that reaches the provider. */
export function checkPost(
  world: World,
  witness: Witness,
  post: { readonly key: string; readonly path: string; readonly body: string },
): void {
  const operation = witness.operations.get(post.key);
  if (operation === undefined) {
    world.breach('3: no request without a saved intent', null, post);
    return;
  }
  const { userId, request } = operation;
  const now = world.scheduler.now();
  operation.posts += 1;
  operation.firstPostAt ??= now;
  const frozen = JSON.parse(request) as { readonly path: string; readonly body: string };
  if (frozen.path !== post.path || frozen.body !== post.body) world.breach('3: one key, one body', userId, post.key);
  if (operation.posts > operation.sends) world.breach('3: one reservation for every request', userId, post.key);
  const ageMs = now - operation.firstPostAt;
  if (ageMs >= keyAgeMsMax(world))
    world.breach('5: a key is never sent 23 h after its first send', userId, `${post.key}: ${ageMs} ms`);
}
