import { runReseal } from '../../src/composition/run-reseal.ts';
import { exitWhenTaken } from '../../stack/exit-when-taken.ts';
import { runningEnvironment } from '../../stack/running-environment.ts';

exitWhenTaken(await runReseal(process.argv.slice(2), runningEnvironment(process.env)));
