import { runReconciliation } from '../../src/composition/reconciliation/run-reconciliation.ts';
import { exitWhenTaken } from '../../stack/exit-when-taken.ts';
import { runningEnvironment } from '../../stack/running-environment.ts';

exitWhenTaken(await runReconciliation(process.argv.slice(2), runningEnvironment(process.env)));
