import type { CheckResult, ProviderObject, ProviderObjects } from '../../src/domain/model/provider.ts';

const isOf = <Kind extends keyof ProviderObjects>(
  kind: Kind,
  object: ProviderObjects[keyof ProviderObjects],
): object is ProviderObjects[Kind] => object.object === kind;

/** What a read finds at a provider that has this object; null where it has none. */
export const readFrom = <Kind extends keyof ProviderObjects>(
  kind: Kind,
  object: ProviderObject | null,
): CheckResult<ProviderObjects[Kind]> =>
  object !== null && isOf(kind, object) ? { kind: 'found', object } : { kind: 'absent' };
