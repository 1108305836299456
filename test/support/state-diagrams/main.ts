import { exploreLives } from './explore.ts';
import { renderStates } from './render.ts';

// Prints docs/generated/states.md; `npm run generate` writes it. A program of its own, because no room may import test/.

process.stdout.write(renderStates(exploreLives()));
