import { createMemoryBooks } from '../../fakes/books.ts';
import { createMemoryAudit } from '../../fakes/audit.ts';
import { createMemoryCatalogue } from '../../fakes/catalogue.ts';
import { createMemoryHistory } from '../../fakes/history.ts';
import { createMemoryNoticeReports } from '../../fakes/notice-reports.ts';
import { createMemoryReadModels } from '../../fakes/read-models.ts';
import { createMemoryWalks } from '../../fakes/reconciliation-walks.ts';
import { createMemorySubscriptionHistory } from '../../fakes/subscription-history.ts';
import { createMemoryTestClocks } from '../../fakes/test-clocks.ts';
import { booksSuite } from '../../contract/books-suite.ts';
import { auditSuite } from '../../contract/audit-suite.ts';
import { catalogueSample, catalogueSuite } from '../../contract/catalogue-suite.ts';
import { noticeReportsSuite } from '../../contract/notice-reports-suite.ts';
import { historySuite } from '../../contract/history-suite.ts';
import { newerRowsSuite } from '../../contract/newer-rows-suite.ts';
import { duplicateListener, readModelSuite } from '../../contract/read-model-suite.ts';
import { subscriptionHistorySuite } from '../../contract/subscription-history-suite.ts';
import { createMemoryWorkList } from '../../fakes/work-list.ts';
import { workListSuite } from '../../contract/work-list-suite.ts';
import { testClocksSuite } from '../../contract/test-clocks-suite.ts';

readModelSuite('in memory', () => {
  const listener = duplicateListener();
  const readModels = createMemoryReadModels(listener.onDuplicate);
  return Promise.resolve({
    writer: readModels.writer,
    decisions: readModels.decisions,
    history: createMemoryHistory(readModels),
    ...listener,
  });
});
newerRowsSuite('in memory', () => {
  const readModels = createMemoryReadModels(() => undefined);
  return Promise.resolve({ ...readModels, books: createMemoryBooks(readModels) });
});
historySuite('in memory', () => {
  const readModels = createMemoryReadModels(() => undefined);
  return Promise.resolve({ writer: readModels.writer, history: createMemoryHistory(readModels) });
});
subscriptionHistorySuite('in memory', () => {
  const readModels = createMemoryReadModels(() => undefined);
  return Promise.resolve({
    writer: readModels.writer,
    subscriptionHistory: createMemorySubscriptionHistory(readModels),
  });
});
booksSuite('in memory', () => {
  const readModels = createMemoryReadModels(() => undefined);
  return Promise.resolve({
    writer: readModels.writer,
    books: createMemoryBooks(readModels),
    walks: createMemoryWalks(),
  });
});

noticeReportsSuite('in memory', () => {
  const readModels = createMemoryReadModels(() => undefined);
  const noticeReports = createMemoryNoticeReports(readModels);
  const history = createMemoryHistory({ ...readModels, ...noticeReports });
  return Promise.resolve({ writer: readModels.writer, history, noticeReports });
});
auditSuite('in memory', () => Promise.resolve(createMemoryAudit()));
workListSuite('in memory', () => {
  const readModels = createMemoryReadModels(() => undefined);
  return Promise.resolve({ writer: readModels.writer, workList: createMemoryWorkList(readModels) });
});
testClocksSuite('in memory', () => Promise.resolve(createMemoryTestClocks()));
catalogueSuite('in memory', () =>
  Promise.resolve(createMemoryCatalogue(catalogueSample.tariffs, catalogueSample.paySystems)),
);
