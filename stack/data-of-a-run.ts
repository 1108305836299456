import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Folders } from './folders.ts';

/** By name, never the whole folder: BILLING_DATA_DIR may name one that holds other things. */
const state = ['kafka', 'mongodb', 'registry', 'sandbox', 'node-cache', 'development.env'];

/** Forgets every subscription, event and payment; for the one who rules the folder, with nothing running in it. */
export function clearState({ data }: Folders): void {
  for (const name of state) rmSync(join(data, name), { recursive: true, force: true });
}
