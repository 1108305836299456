import type { PlantedBug } from './planted-bug.ts';

/** Mistakes in what the API answers while a client waits, and to services that ask who may watch. */
export const plantedAnswers: readonly PlantedBug[] = [
  {
    name: 'a wait that forgets its bound',
    file: 'src/application/requests/await-outcomes.ts',
    text: '{ clock, ms: wanted.waitMs, signal: wanted.signal }',
    instead: '{ clock, ms: wanted.waitMs * 1_000, signal: wanted.signal }',
  },
  {
    name: 'read models that answer over the document',
    file: 'src/application/requests/await-outcomes.ts',
    text: "      entry.outcome?.kind !== 'requires_action' || (await services.store.findCommands([wanted])).length === 0;",
    instead:
      "      entry.outcome?.kind !== 'requires_action' || (await services.store.findCommands([wanted])).length >= 0;",
  },
  {
    name: 'access as it was saved last',
    file: 'src/application/requests/read-entitlement.ts',
    text: '      return [userId, entitlementOf(known?.subscription ?? null, now, services.policy)];',
    instead: '      return [userId, known?.entitlement ?? entitlementOf(null, now, services.policy)];',
  },
  {
    name: 'addresses of statuses that end with their key',
    file: 'src/adapters/http/auth/digests.ts',
    text: 'verify: (text, signature) => signatures.some((of) => sameSecret(of(text), signature)),',
    instead: 'verify: (text, signature) => sameSecret(sign(text), signature),',
  },
  {
    name: 'an answer of the read models beside a newer document',
    file: 'src/application/requests/read-command-status.ts',
    text: 'judgeEntry(held ?? entry, named, subscriber)',
    instead: 'judgeEntry(held === undefined ? entry : entry, named, subscriber)',
    seed: 1_133_006_456,
  },
];
