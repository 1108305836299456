import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Folders } from './folders.ts';

/** Named one by one, because BILLING_DATA_DIR may name a folder that holds other things. */
const state = ['kafka', 'mongodb', 'registry', 'sandbox', 'secure', 'doors', 'node-cache', 'development.env'];

/** Deletes every subscription, event and payment. The caller must own the folder, and nothing may run in it. */
export function clearState({ data }: Folders): void {
  for (const name of state) rmSync(join(data, name), { recursive: true, force: true });
}
