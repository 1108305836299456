import { runRestored } from './composition/restore/run-restored.ts';

// What `npm run restored` does, also where there is no tools/, as in the image. Kafka's client would stay for seconds.
process.exit(await runRestored(process.argv.slice(2)));
