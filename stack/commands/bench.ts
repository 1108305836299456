import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../folders.ts';
import { runProgram } from '../run-program.ts';

// npm run bench -- living-path [arguments]: one benchmark of bench/ on the running system; without a name, all of them.

const folder = join(projectRoot, 'bench');
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -'.ts'.length)] : []));
const [wanted, ...rest] = process.argv.slice(2);
if (wanted !== undefined && !existsSync(join(folder, `${wanted}.ts`))) {
  console.error(`There is no benchmark "${wanted}"; there are ${names.join(', ')}.`);
  process.exit(1);
}
for (const name of wanted === undefined ? names : [wanted]) {
  process.exitCode = await runProgram(`bench/${name}.ts`, rest);
  if (process.exitCode !== 0) break;
}
