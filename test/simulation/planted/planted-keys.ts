import type { PlantedBug } from './planted-bug.ts';

/** Mistakes with sealed texts, and with the replacement of the key that seals them. */
export const plantedKeys: readonly PlantedBug[] = [
  {
    name: 'a request that is sealed for another user',
    file: 'src/application/change/read-subscriber.ts',
    text: '        requestOf(userId),',
    instead: "        requestOf(testClockId ?? 'nobody'),",
  },
  {
    name: 'a key of personal data that is bound to nothing',
    file: 'src/application/services/receipt-contacts.ts',
    text: "cipher.seal(key, fieldOf(userId, 'personalKey'))",
    instead: 'cipher.seal(key)',
  },
  {
    name: 'sealing anew that skips the keys of personal data',
    file: 'src/adapters/mongo/reseal.ts',
    text: '    aboutOf: (row, field) => fieldOf(row._id, field),',
    instead: "    aboutOf: (row) => fieldOf(row._id, 'request'),",
  },
  {
    name: 'sealing anew that skips dead letters',
    file: 'src/adapters/mongo/reseal.ts',
    text: "  records('dead_letters'),\n",
    instead: '',
  },
  {
    name: 'an old key that is given up before texts are sealed anew',
    file: 'src/adapters/mongo/seal-with-first-key.ts',
    text: "  const resealed = await reseal(db, ring, randomId);\n  await forgetOtherKeys(models, digests[0] ?? '');\n  return resealed;",
    instead: "  await forgetOtherKeys(models, digests[0] ?? '');\n  return reseal(db, ring, randomId);",
  },
];
