import { runReseal } from './composition/run-reseal.ts';

// What `npm run reseal` does, also where there is no tools/, as in the image.
process.exit(await runReseal(process.argv.slice(2)));
