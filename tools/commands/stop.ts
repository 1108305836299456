import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../command-line/read-command-line.ts';
import { endProcess, endRecordedProcesses } from '../../stack/end-processes.ts';
import { ownerOf } from '../../stack/exclusive-file.mjs';
import { developmentData, createFolders } from '../../stack/folders.ts';
import { ownerPath } from '../../stack/owner-path.ts';

readCommandLine(commands.stop);

/** npm start ends everything within 20 s; past that it hangs itself. */
const ownerGraceMs = 22_000;

const folders = createFolders(developmentData(process.env));
const owner = ownerOf(ownerPath(folders));
if (owner) await endProcess(owner, ownerGraceMs);
const left = await endRecordedProcesses(folders);
if (left.length > 0) console.log(`Ended what was left: ${left.join(', ')}.`);
console.log(owner || left.length > 0 ? 'Stopped.' : 'Nothing was running.');
