import { forceRelease } from '../../src/composition/force-release.ts';
import { runningEnvironment } from '../../stack/running-environment.ts';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';

const { group, key = null } = readCommandLine(commands.release).values;
try {
  const answer = await forceRelease(runningEnvironment(process.env), { group, key });
  if (answer === false) console.error(`${key} is not blocked in ${group}.`);
  else if (answer === true) console.log(`${key} is tried again within seconds.`);
  else if (answer.length === 0) console.log(`No key of ${group} is blocked.`);
  else for (const blocked of answer) console.log(JSON.stringify(blocked));
  process.exitCode = answer === false ? 1 : 0;
} catch (error) {
  console.error(
    `Cannot be asked: ${error instanceof Error ? error.message : String(error)}. Is the system running (npm start)?`,
  );
  process.exitCode = 1;
}
