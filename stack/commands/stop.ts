import { endProcess, endRecordedProcesses } from '../end-processes.ts';
import { ownerOf } from '../exclusive-file.mjs';
import { developmentData, makeFolders } from '../folders.ts';
import { ownerPath } from '../owner-path.ts';

// npm stop: ends what npm start runs, from another terminal, and whatever a killed npm start has left behind.

/** npm start ends everything within 20 s; past that it hangs itself. */
const OWNER_GRACE_MS = 22_000;

const folders = makeFolders(developmentData(process.env));
const owner = ownerOf(ownerPath(folders));
if (owner) await endProcess(owner, OWNER_GRACE_MS);
const left = await endRecordedProcesses(folders);
if (left.length > 0) console.log(`Ended what was left: ${left.join(', ')}.`);
console.log(owner || left.length > 0 ? 'Stopped.' : 'Nothing was running.');
