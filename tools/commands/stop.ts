import { endProcess, endRecordedProcesses } from '../../stack/end-processes.ts';
import { ownerOf } from '../../stack/exclusive-file.mjs';
import { developmentData, createFolders } from '../../stack/folders.ts';
import { ownerPath } from '../../stack/owner-path.ts';

// npm stop: ends what npm start runs, from another terminal, and whatever a killed npm start has left behind.

/** npm start ends everything within 20 s; past that it hangs itself. */
const ownerGraceMs = 22_000;

const folders = createFolders(developmentData(process.env));
const owner = ownerOf(ownerPath(folders));
if (owner) await endProcess(owner, ownerGraceMs);
const left = await endRecordedProcesses(folders);
if (left.length > 0) console.log(`Ended what was left: ${left.join(', ')}.`);
console.log(owner || left.length > 0 ? 'Stopped.' : 'Nothing was running.');
