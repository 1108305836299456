import { lawPage } from './law-page.ts';

// Prints docs/law.md; `npm run generate` writes it. A program of its own, because no room may import test/.

process.stdout.write(lawPage());
