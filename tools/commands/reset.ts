import { rmSync } from 'node:fs';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { clearState } from '../../stack/data-of-a-run.ts';
import { endRecordedProcesses } from '../../stack/end-processes.ts';
import { claimFile } from '../../stack/exclusive-file.mjs';
import { developmentData, createFolders } from '../../stack/folders.ts';
import { ownerPath } from '../../stack/owner-path.ts';

readCommandLine(commands.reset);

const folders = createFolders(developmentData(process.env));
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
