import { startApi } from './composition/start-api.ts';

/** The API process. */
await startApi();
