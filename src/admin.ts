import { runAdmin } from './composition/admin/run-admin.ts';

/** What staff do from a shell inside the image: `node src/admin.ts --help`. */
process.exitCode = await runAdmin(process.argv.slice(2));
