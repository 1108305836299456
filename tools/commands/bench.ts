import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../stack/folders.ts';
import { runProgram } from '../../stack/run-program.ts';

// npm run bench -- renewal-drain [arguments] [--json]: one benchmark of bench/; without a name all of them, one
// after the other, each on a system of its own.

const folder = join(projectRoot, 'bench');
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -'.ts'.length)] : []));
const given = process.argv.slice(2);
const wanted = given[0]?.startsWith('-') === false ? given[0] : undefined;
if (wanted !== undefined && !existsSync(join(folder, `${wanted}.ts`))) {
  console.error(`There is no benchmark "${wanted}"; there are ${names.join(', ')}.`);
  process.exit(1);
}
const rest = wanted === undefined ? given : given.slice(1);
for (const name of wanted === undefined ? names : [wanted]) {
  process.exitCode = await runProgram(`bench/${name}.ts`, rest);
  if (process.exitCode !== 0) break;
}
