import { createMemoryBlockedKeys } from '../../fakes/blocked-keys.ts';
import { blockedKeysSuite } from '../../contract/blocked-keys-suite.ts';

blockedKeysSuite('in memory', (limits) => Promise.resolve(createMemoryBlockedKeys(limits)));
