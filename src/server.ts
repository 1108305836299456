import { startApi } from './composition/start-api.ts';

/** Door 1: the HTTP process. */
await startApi();
