import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../folders.ts';
import { runProgram } from '../run-program.ts';

// npm run bench -- renewal-drain [arguments] [--json]: one benchmark of bench/; without a name, all that bring up a system
// of their own, one after the other.

const folder = join(projectRoot, 'bench');
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -'.ts'.length)] : []));
/** These measure the system that npm start runs, so they are for whoever has one. */
const onRunningSystem = ['living-path'];
const given = process.argv.slice(2);
const wanted = given[0]?.startsWith('-') === false ? given[0] : undefined;
if (wanted !== undefined && !existsSync(join(folder, `${wanted}.ts`))) {
  console.error(`There is no benchmark "${wanted}"; there are ${names.join(', ')}.`);
  process.exit(1);
}
const rest = wanted === undefined ? given : given.slice(1);
for (const name of wanted === undefined ? names.filter((one) => !onRunningSystem.includes(one)) : [wanted]) {
  process.exitCode = await runProgram(`bench/${name}.ts`, rest);
  if (process.exitCode !== 0) break;
}
