import { createMemoryCatalogue } from '../../../src/adapters/memory/catalogue.ts';
import { createMemoryHistory } from '../../../src/adapters/memory/history.ts';
import { createMemoryLedgers } from '../../../src/adapters/memory/ledgers.ts';
import { createMemoryTestClocks } from '../../../src/adapters/memory/test-clocks.ts';
import { catalogueSample, catalogueSuite } from '../../contract/catalogue-suite.ts';
import { ledgerSuite } from '../../contract/ledger-suite.ts';
import { testClocksSuite } from '../../contract/test-clocks-suite.ts';

ledgerSuite('in memory', () => {
  const duplicates: string[] = [];
  const ledgers = createMemoryLedgers((row) => duplicates.push(row.id));
  return Promise.resolve({
    writer: ledgers.writer,
    decisions: ledgers.decisions,
    history: createMemoryHistory(ledgers),
    duplicates,
  });
});
testClocksSuite('in memory', () => Promise.resolve(createMemoryTestClocks()));
catalogueSuite('in memory', () =>
  Promise.resolve(createMemoryCatalogue(catalogueSample.tariffs, catalogueSample.paySystems)),
);
