import { createMemoryDeadLetters } from '../../fakes/dead-letters.ts';
import { deadLettersSuite } from '../../contract/dead-letters-suite.ts';

deadLettersSuite('in memory', () => Promise.resolve(createMemoryDeadLetters()));
