import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { subcommands } from '../../../src/composition/admin/subcommands.ts';
import { reconcileCommand } from '../../../src/composition/reconciliation/reconcile-command.ts';
import { consumerGroups } from '../../../src/messages/consumer-groups.ts';
import { workStates } from '../../../src/application/ports/work-list.ts';
import { blocksOf, commandsIn } from '../../support/documented-commands.ts';
import { type ExportedMetrics, exportedMetrics } from '../../support/exported-metrics.ts';
import { projectRoot, textOf } from '../containers/project.ts';
import { alerts } from './alerts.ts';
import { unanswered } from './queries.ts';

const folder = 'docs/runbooks';
const pages = readdirSync(join(projectRoot, folder)).map((name) => `${folder}/${name}`);

let exported: ExportedMetrics;
beforeAll(async () => {
  exported = await exportedMetrics();
});

const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
const workloads = ['api', 'consumers', 'jobs'].map((name) => textOf(`k8s/base/workloads/${name}.yaml`)).join('\n');
const deployments = new Set(
  [...workloads.matchAll(/^kind: Deployment\nmetadata:\n {2}name: (\S+)$/gm)].map(([, name]) => name),
);
const components = new Set([...workloads.matchAll(/app\.kubernetes\.io\/component: (\S+)/g)].map(([, name]) => name));
const groups = new Set<string>(Object.values(consumerGroups).map(({ group }) => group));
const lists: readonly string[] = workStates;

const optionsOf = (script: string | undefined, subcommand: string): readonly string[] =>
  Object.keys((script === 'admin' ? subcommands[subcommand]?.command : reconcileCommand)?.options ?? {});

/** What of a command does not exist. */
function mistakesIn(command: string): readonly string[] {
  const [, script, words = ''] = /^npm run (\S+)(?: -- (.*))?$/.exec(command) ?? [];
  const [subcommand = '', argument = ''] = words.split(' ');
  const isKnown =
    script === undefined
      ? /^(kubectl (get|describe|logs|exec|scale|rollout (restart|undo)) |kafka-(consumer-groups|topics)\.sh )/.test(
          command,
        )
      : script in scripts;
  return [
    ...(isKnown ? [] : [command]),
    ...(script === 'admin' && !(subcommand in subcommands) ? [subcommand] : []),
    ...(script === 'admin' && subcommand === 'list' && !lists.includes(argument) ? [argument] : []),
    ...(script === undefined ? [] : [...words.matchAll(/--(\S+)/g)].map(([, option = '']) => option)).filter(
      (option) => !optionsOf(script, subcommand).includes(option),
    ),
    ...[...command.matchAll(/deploy\/(\S+)/g)].flatMap(([, name]) => (deployments.has(name) ? [] : [name ?? ''])),
    ...[...command.matchAll(/component=(\S+)/g)].flatMap(([, name]) => (components.has(name) ? [] : [name ?? ''])),
    ...[...command.matchAll(/(?:--group |blocked-keys |discard )(billing-\S+)/g)].flatMap(([, name = '']) =>
      groups.has(name) ? [] : [name],
    ),
  ];
}

describe('the runbooks', () => {
  test('are one for each alert, and the alert names it', () => {
    expect(pages.toSorted()).toEqual(alerts.map(({ alert }) => `${folder}/${alert}.md`).toSorted());
    expect(alerts.filter(({ alert, annotations }) => annotations.runbook !== `${folder}/${alert}.md`)).toEqual([]);
  });

  test('are each in the table of docs/operations.md, with how urgent the alert is', () => {
    const rows = [...textOf('docs/operations.md').matchAll(/^\| \[(\w+)\]\(runbooks\/(\w+)\.md\) +\| (\w+) /gm)];
    const listed = rows.map(([, name, page, severity]) => [name, page, severity]);
    expect(listed).toEqual(alerts.map(({ alert, labels }) => [alert, alert, labels['severity']]));
  });

  test.each(pages)('%s says what it means, what people see, what to do, and when it is over', (path) => {
    const headings = [...textOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
    const [title = '', ...sections] = headings;
    expect(`${folder}/${title}.md`).toBe(path);
    expect(sections).toEqual(['What it means', 'What subscribers see', 'Look at', 'Do', 'Over when']);
  });

  test.each(pages)('%s has commands that exist', (path) => {
    const commands = commandsIn(textOf(path));
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.flatMap(mistakesIn)).toEqual([]);
  });

  test.each(pages)('%s has queries that are answered', (path) => {
    const queries = blocksOf(textOf(path), 'promql').flatMap((block) => block.trim().split('\n'));
    expect(queries.length).toBeGreaterThan(0);
    expect(queries.flatMap((query) => unanswered(query, exported))).toEqual([]);
  });
});

test.each([
  ['npm run amdin -- list held', ['npm run amdin -- list held']],
  ['npm run admin -- lits held', ['lits']],
  ['npm run admin -- list hold', ['hold']],
  ['npm run admin -- release USER --cause TEXT', ['cause']],
  ['kubectl logs deploy/cinema-billing-consumers --since=1h', ['cinema-billing-consumers']],
  ['kubectl get pods -l app.kubernetes.io/component=cron', ['cron']],
  ['kafka-consumer-groups.sh --describe --group billing-orders', ['billing-orders']],
  ['rm -rf /var', ['rm -rf /var']],
])('the command %s is noticed', (command, mistakes) => {
  expect(mistakesIn(command)).toEqual(mistakes);
});
