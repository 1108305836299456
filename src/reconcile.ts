import { runReconciliation } from './composition/reconciliation/run-reconciliation.ts';

// What `npm run reconcile` does, also where there is no tools/, as in the image. Kafka's client would stay for seconds.
process.exit(await runReconciliation(process.argv.slice(2)));
