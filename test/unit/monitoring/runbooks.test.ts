import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { consumerGroups } from '../../../src/messages/consumer-groups.ts';
import { workStates } from '../../../src/application/ports/work-list.ts';
import { blocksOf, commandsIn } from '../../support/documented-commands.ts';
import { type ExportedMetrics, exportedMetrics } from '../../support/exported-metrics.ts';
import { kubectlMistakes } from '../../support/kubectl-command.ts';
import { refusalOf } from '../../support/npm-command.ts';
import { projectRoot, textOf } from '../containers/project.ts';
import { alerts } from './alerts.ts';
import { unanswered } from './queries.ts';

const folder = 'docs/runbooks';
const pages = readdirSync(join(projectRoot, folder)).map((name) => `${folder}/${name}`);

let exported: ExportedMetrics;
beforeAll(async () => {
  exported = await exportedMetrics();
});

const groups = new Set<string>(Object.values(consumerGroups).map(({ group }) => group));
const lists: readonly string[] = workStates;

/** What a page may ask of Kafka, in full; what of Kubernetes, a test of all pages knows. */
const forms: readonly RegExp[] = [
  /^kafka-consumer-groups\.sh --bootstrap-server \$KAFKA_BROKERS --command-config admin\.properties (--list|--describe --group \S+)$/,
  /^kafka-topics\.sh --bootstrap-server \$KAFKA_BROKERS --command-config admin\.properties --describe --under-min-isr-partitions$/,
];

/** What of a command does not exist, or is wrong as it stands. */
function mistakesIn(command: string): readonly string[] {
  const refusal = command.startsWith('npm ') ? refusalOf(command) : null;
  const isKnown = /^(npm|kubectl) /.test(command) || forms.some((form) => form.test(command));
  const [, list = 'held'] = /^npm run admin -- list (\S+)/.exec(command) ?? [];
  return [
    ...(isKnown ? [] : [command]),
    ...(command.startsWith('kubectl ') ? kubectlMistakes(command) : []),
    ...(refusal === null ? [] : [refusal]),
    ...(lists.includes(list) ? [] : [list]),
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
  ['npm run admin -- lits held', ['There is no "lits"']],
  ['npm run admin -- list hold', ['hold']],
  ['npm run admin -- release USER', ['--reason TEXT is missing: why, for the audit']],
  ['kubectl scale deploy/cinema-billing-api --replica=6', ['kubectl scale deploy/cinema-billing-api --replica=6']],
  [
    'kafka-consumer-groups.sh --bootstrap-server $KAFKA_BROKERS --command-config admin.properties --describe --group billing-orders',
    ['billing-orders'],
  ],
  ['rm -rf /var', ['rm -rf /var']],
])('the command %s is noticed', (command, mistakes) => {
  expect(mistakesIn(command)).toEqual(mistakes);
});
