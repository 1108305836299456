import { runReconciliation } from '../../src/composition/run-reconciliation.ts';
import { exitWhenTaken } from '../../stack/exit-when-taken.ts';
import { runningEnvironment } from '../../stack/running-environment.ts';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';

readCommandLine(commands.reconcile);
exitWhenTaken(await runReconciliation(process.argv.slice(2), runningEnvironment(process.env)));
