import { blocksOf, commandsIn } from '../support/documented-commands.ts';
import type { Prometheus } from './prometheus.ts';
import type { Words } from './row.ts';
import { fillIn, pageText, runCommand } from './run-command.ts';
import type { Stage } from './stage.ts';

const shownOutput = 300;
/** A comparison that finds differences ends with 1. */
const isWell = (command: string, code: number): boolean =>
  code === 0 || (code === 1 && command.startsWith('npm run reconcile'));

/** Does what the page of the alert has under "Look at", while the alert fires. Returns what was of no use. */
export async function walkPage(
  stage: Stage,
  prometheus: Prometheus,
  alert: string,
  words: Words,
): Promise<readonly string[]> {
  const page = pageText(`runbooks/${alert}.md`);
  const wrong: string[] = [];
  const queries = blocksOf(page, 'promql').flatMap((block) => block.trim().split('\n'));
  const answers = await Promise.all(queries.map((query) => prometheus.count(query)));
  for (const [index, query] of queries.entries()) if (answers[index] === null) wrong.push(`${query} is no query`);
  if (!answers.some((count) => count !== null && count > 0)) wrong.push(`${alert}: no query shows anything`);
  const shown = commandsIn(page.slice(0, page.indexOf('## Do')));
  for (const line of shown.filter((one) => one.startsWith('npm run '))) {
    const command = fillIn(line, words);
    if (command === null) continue;
    const { code, output } = await runCommand(stage, command);
    if (!isWell(command, code)) wrong.push(`${command} ended with ${code}: ${output.slice(-shownOutput)}`);
  }
  return wrong;
}
