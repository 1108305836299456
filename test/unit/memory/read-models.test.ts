import { createMemoryCatalogue } from '../../../src/adapters/memory/catalogue.ts';
import { createMemoryHistory } from '../../../src/adapters/memory/history.ts';
import { createMemoryLedgers } from '../../../src/adapters/memory/ledgers.ts';
import { createMemoryTestClocks } from '../../../src/adapters/memory/test-clocks.ts';
import { catalogueSample, catalogueSuite } from '../../contract/catalogue-suite.ts';
import { duplicateListener, ledgerSuite } from '../../contract/ledger-suite.ts';
import { testClocksSuite } from '../../contract/test-clocks-suite.ts';

ledgerSuite('in memory', () => {
  const listener = duplicateListener();
  const ledgers = createMemoryLedgers(listener.onDuplicate);
  return Promise.resolve({
    writer: ledgers.writer,
    decisions: ledgers.decisions,
    history: createMemoryHistory(ledgers),
    ...listener,
  });
});
testClocksSuite('in memory', () => Promise.resolve(createMemoryTestClocks()));
catalogueSuite('in memory', () =>
  Promise.resolve(createMemoryCatalogue(catalogueSample.tariffs, catalogueSample.paySystems)),
);
