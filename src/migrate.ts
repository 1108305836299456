import { runMigration } from './composition/run-migration.ts';

/** The deploy step, run once before the services of a version start. */
await runMigration();
