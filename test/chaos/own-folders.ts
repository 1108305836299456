import { clearState } from '../../stack/data-of-a-run.ts';
import { endRecordedProcesses } from '../../stack/end-processes.ts';
import { createFolders, type Folders } from '../../stack/folders.ts';

/** Folders beside those of the run, emptied of state. Processes that a killed run has left there are ended. */
export async function ownFolders(path: string): Promise<Folders> {
  const folders = createFolders(path);
  await endRecordedProcesses(folders);
  clearState(folders);
  return folders;
}
