import { runRestored } from '../../src/composition/restore/run-restored.ts';
import { exitWhenTaken } from '../../stack/exit-when-taken.ts';
import { runningEnvironment } from '../../stack/running-environment.ts';

exitWhenTaken(await runRestored(process.argv.slice(2), runningEnvironment(process.env)));
