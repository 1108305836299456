import { runAdmin } from '../../src/composition/admin/run-admin.ts';
import { runningEnvironment } from '../../stack/running-environment.ts';

process.exitCode = await runAdmin(process.argv.slice(2), runningEnvironment(process.env));
