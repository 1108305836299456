import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { contractFiles } from '../../tools/contract/contract-files.ts';

let root: string;
const inSchemas = (path: string): string => join(root, 'schemas', path);
const pausePath = 'commands/subscription-pause.v1.json';
const pauseSample = 'schemas/golden/subscription-pause.v1.json';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'contract-'));
  cpSync('schemas', join(root, 'schemas'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

/** A command as its author writes it, with one field of its own. */
function writePause(resumesAt: Readonly<Record<string, unknown>>): void {
  const pause = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'SubscriptionPauseV1',
    description: 'Charge nothing until the subscriber comes back.',
    $extends: '../shared/command.json',
    required: ['resumesAt'],
    properties: { resumesAt },
  };
  writeFileSync(inSchemas(pausePath), JSON.stringify(pause));
}
const instant = { $ref: '../shared/instant-or-null.json', description: 'When.', examples: [null] };

test('the generated files of the present contract are up to date', async () => {
  for (const [path, text] of Object.entries(await contractFiles(root)))
    expect({ path, text }).toEqual({ path, text: readFileSync(path, 'utf8') });
});

test('a new command is one schema: type, table, types and a sample made of its examples follow', async () => {
  writePause(instant);
  const files = await contractFiles(root);
  const cancel = JSON.parse(readFileSync(inSchemas('golden/subscription-cancel.v1.json'), 'utf8')) as object;
  expect(JSON.parse(files[pauseSample] ?? '')).toEqual({
    ...Object.fromEntries(Object.entries(cancel).filter(([name]) => name !== 'mode' && name !== 'reason')),
    notAfter: '2026-10-24T09:44:09.120Z',
    resumesAt: null,
  });
  expect(files['src/messages/generated/contract.ts']).toContain(
    '"subscription.pause": {"channel":"commands","version":1,"schema":"subscription-pause.v1"}',
  );
  expect(files['src/messages/generated/received.ts']).toContain('export type SubscriptionPauseV1 = {');
  expect(files['schemas/asyncapi.yaml']).toContain('name: cinema.billing.subscription.pause.v1');
});

test('an existing sample does not change', async () => {
  writePause(instant);
  writeFileSync(join(root, pauseSample), '{"written": "by hand"}');
  expect(await contractFiles(root)).not.toHaveProperty([pauseSample]);
});

test('a field without example is named, with what to add, unless a sample is written', async () => {
  writePause({ description: 'When.', type: 'string', maxLength: 24 });
  await expect(contractFiles(root)).rejects.toThrow(
    `${inSchemas(pausePath)}: resumesAt has no example. Add "examples" to it, or write ${join(root, pauseSample)} by hand.`,
  );
  writeFileSync(join(root, pauseSample), '{"resumesAt": null}');
  await expect(contractFiles(root)).resolves.toBeDefined();
});

test('a file that belongs to no channel is refused by its name', async () => {
  const schema = readFileSync(inSchemas('commands/subscription-cancel.v1.json'), 'utf8');
  writeFileSync(inSchemas('commands/pauseSubscription.json'), schema);
  await expect(contractFiles(root)).rejects.toThrow('commands/pauseSubscription.json');
});

test('a schema under the title of another one is refused', async () => {
  cpSync(inSchemas('commands/subscription-cancel.v1.json'), inSchemas(pausePath));
  await expect(contractFiles(root)).rejects.toThrow('the title must be SubscriptionPauseV1');
});

test('a message that does not require the key of its channel is refused', async () => {
  const keyless = { title: 'PaymentHintLostV1', type: 'object', required: [], properties: {} };
  writeFileSync(inSchemas('hints/payment-hint-lost.v1.json'), JSON.stringify(keyless));
  await expect(contractFiles(root)).rejects.toThrow('payment-hint-lost.v1 does not require objectId');
});

test('a folder without a channel is refused', async () => {
  cpSync(inSchemas('commands'), inSchemas('orders'), { recursive: true });
  await expect(contractFiles(root)).rejects.toThrow('orders belongs to no channel');
});
