import { parseArgs } from 'node:util';
import { forceRelease } from '../../src/composition/force-release.ts';
import { runningEnvironment } from '../../stack/running-environment.ts';

// npm run release -- [--group billing-commands] [--key USER]: lists the blocked keys, or tries one again within seconds.

const { values } = parseArgs({
  options: { group: { type: 'string', default: 'billing-commands' }, key: { type: 'string' } },
});
const { group, key = null } = values;
try {
  const answer = await forceRelease(runningEnvironment(process.env), { group, key });
  if (answer === false) console.error(`${key} is not blocked in ${group}.`);
  else if (answer === true) console.log(`${key} is tried again within seconds.`);
  else if (answer.length === 0) console.log(`No key of ${group} is blocked.`);
  else for (const blocked of answer) console.log(JSON.stringify(blocked));
  process.exitCode = answer === false ? 1 : 0;
} catch (error) {
  console.error(`Cannot be asked: ${error instanceof Error ? error.message : String(error)}. Is the system running?`);
  process.exitCode = 1;
}
