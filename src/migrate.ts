import { runMigration } from './composition/run-migration.ts';

/** The deploy step: it runs once, before the services of a version start. */
await runMigration();
