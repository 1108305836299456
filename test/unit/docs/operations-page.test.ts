import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { commandsInBlocks } from '../../support/documented-commands.ts';
import { exportedMetrics } from '../../support/exported-metrics.ts';
import { tableUnder } from '../../support/markdown-tables.ts';

const page = readFileSync('docs/operations.md', 'utf8');

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** What each program of the page is given; nothing else may be in a block of commands. */
const forms: readonly RegExp[] = [
  /^npm run (-s )?[a-z]+( -- [A-Za-z]+( [A-Za-z]+)*)?( > \S+\.json)?$/,
  /^npm run chaos -- --cluster --cycles \d+ --json$/,
  /^npm run rollout -- --from HEAD~1$/,
  /^docker build --tag \S+ +--build-arg VERSION=\S+ --build-arg REVISION=\$\(git rev-parse HEAD\) --build-arg SOURCE=\S+ \.$/,
  /^docker compose (up -d( --scale consumers=\d --no-recreate consumers)?|port --index \d consumers 9464)$/,
  /^IMAGE=\S+@sha256:…$/,
  /^cosign (sign|verify) --key cosign\.(key|pub) \$IMAGE$/,
  /^cosign verify-attestation --key cosign\.pub --type cyclonedx \$IMAGE$/,
  /^cosign attest --key cosign\.key --type cyclonedx --predicate \S+\.json \$IMAGE$/,
  // A test of all pages knows its forms.
  /^kubectl /,
];

/** The lines of its blocks; what a sentence names is part of one, or stands with what it means. */
const shown = commandsInBlocks(page);

describe('docs/operations.md', () => {
  test.each(shown)('%s is well-formed', (command) => {
    expect(forms.filter((form) => form.test(command))).toHaveLength(1);
    const [, script] = /^npm run (?:-s )?([a-z]+)/.exec(command) ?? [];
    if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
    const [, folder] = /^kubectl apply -k (\S+)$/.exec(command) ?? [];
    if (folder !== undefined) expect(existsSync(`${folder}/kustomization.yaml`)).toBe(true);
  });

  test('says of every component what it needs', () => {
    const named = tableUnder(page, 'Components').map(([name = '']) => name.replaceAll('`', ''));
    // What all pods have is no choice of an overlay.
    expect([...named, 'pod'].toSorted()).toEqual(readdirSync('k8s/components').toSorted());
  });

  test('has every metric that a process exports, with its labels', async () => {
    const rows = tableUnder(page, 'Metrics').map(([name = '', labels = '']) => [
      name.replaceAll('`', ''),
      labels
        .split(', ')
        .filter((label) => label !== '')
        .toSorted(),
    ]);
    const byMetric = new Map<string, Set<string>>();
    for (const [name, series] of await exportedMetrics()) {
      if (!name.startsWith('billing_')) continue;
      const known = byMetric.get(name.replace(/_(bucket|sum|count)$/, '')) ?? new Set();
      for (const label of series.flatMap(Object.keys)) if (label !== 'le') known.add(label);
      byMetric.set(name.replace(/_(bucket|sum|count)$/, ''), known);
    }
    // The paragraph below the table names them.
    const older = (name: string): boolean => /^billing_(consumer_(?!lag)|job_(runs|failures)$)/.test(name);
    const exported = [...byMetric]
      .filter(([name]) => !older(name))
      .map(([name, labels]) => [name, [...labels].toSorted()]);
    expect(rows.toSorted()).toEqual(exported.toSorted());
  });
});
