import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** Files beside the adapter that may name the provider, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'src/adapters/http/routes/notification-routes.ts': 'its notifications come to an address of their own',
  'src/adapters/mongo/seeds.ts': 'the row of its pay system is for the operators',
  'src/config.ts': 'its settings bear its name',
  'src/config-refusals.ts': 'what production refuses names the settings',
  'src/composition/check-shop.ts': 'what is wrong with the shop names the settings',
  'src/composition/open-provider.ts': 'the adapter meets its settings',
  'src/composition/open-shop.ts': 'the same',
  'src/composition/policy-of.ts': 'the rules get the numbers of the adapter',
  'src/composition/read-config.ts': 'address and key are checked at the start',
  'src/composition/start-api.ts': 'the API gets the settings of notifications',
  'src/composition/test-clocks.ts': 'the sandbox follows test clocks',
};

const names = /yookassa|юkassa|юкасса/i;
/** Generated from the contract, whose examples name it. */
const outside = ['src/adapters/yookassa/**', 'src/messages/generated/**'];
const rooms = ['src/**/*.ts', 'consumers/**/*.ts', 'jobs/**/*.ts', 'web/**/*.{js,html}'];
const naming = globSync(rooms, { exclude: outside }).filter((file) => names.test(readFileSync(file, 'utf8')));

test('no rule, use case, consumer, job or page names the provider: what they must know of it are numbers of its adapter', () => {
  expect(naming.filter((file) => !Object.hasOwn(exceptions, file))).toEqual([]);
});

test('no file is excepted that does not name it', () => {
  expect(Object.keys(exceptions).filter((file) => !naming.includes(file))).toEqual([]);
});
