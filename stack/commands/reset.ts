import { rmSync } from 'node:fs';
import { clearState } from '../data-of-a-run.ts';
import { endRecordedProcesses } from '../end-processes.ts';
import { claimFile } from '../exclusive-file.mjs';
import { developmentData, makeFolders } from '../folders.ts';
import { ownerPath } from '../owner-path.ts';

// npm run reset: forgets every subscription, event and payment of development. Downloads stay.

const folders = makeFolders(developmentData(process.env));
const owner = claimFile(ownerPath(folders));
if (owner) {
  console.error(`cinema-billing is running (process ${owner.pid}): stop it first with npm stop.`);
  process.exitCode = 1;
} else {
  await endRecordedProcesses(folders);
  clearState(folders);
  for (const folder of [folders.logs, folders.run]) rmSync(folder, { recursive: true, force: true });
  console.log(`Cleared ${folders.data}; the next npm start begins anew.`);
}
