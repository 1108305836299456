import type { CoreServices } from '../../../src/application/services/core-services.ts';
import type { Machine } from './machine.ts';

/** One process: a machine that may die, and the real services on it. */
export type Worker = { readonly machine: Machine; readonly services: CoreServices };
