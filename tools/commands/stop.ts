import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { endProcess, endRecordedProcesses } from '../../stack/end-processes.ts';
import { ownerOf } from '../../stack/exclusive-file.mjs';
import { developmentData, createFolders } from '../../stack/folders.ts';
import { ownerPath } from '../../stack/owner-path.ts';

readCommandLine(commands.stop);

/** npm start ends everything within 20 s; past that it hangs. */
const ownerGraceMs = 22_000;

const folders = createFolders(developmentData(process.env));
const owner = ownerOf(ownerPath(folders));
if (owner) await endProcess(owner, ownerGraceMs);
const ended = await endRecordedProcesses(folders);
if (ended.length > 0) console.log(`Ended processes of an earlier run: ${ended.join(', ')}.`);
console.log(owner || ended.length > 0 ? 'Stopped.' : 'Nothing was running.');
