import { createMemoryBlockedKeys } from '../../../src/adapters/memory/blocked-keys.ts';
import { blockedKeysSuite } from '../../contract/blocked-keys-suite.ts';

blockedKeysSuite('in memory', (limits) => Promise.resolve(createMemoryBlockedKeys(limits)));
