import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createFolders } from '../../stack/folders.ts';
import { recordEnvironment, runningEnvironment } from '../../stack/running-environment.ts';

const table = {
  ENCRYPTION_KEY: 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY=',
  MONGODB_URL: 'mongodb://user:p%40ss#word@127.0.0.1:27117/billing?replicaSet=rs0&w=majority',
  EMPTY: '',
};

test('the commands and node --env-file read the settings of the services', () => {
  const data = mkdtempSync(join(tmpdir(), 'running-environment-'));
  const folders = createFolders(data);
  recordEnvironment(folders, table, table);
  expect(runningEnvironment({ BILLING_DATA_DIR: data })).toEqual({ ...table, BILLING_DATA_DIR: data });
  const program = `console.log(JSON.stringify(Object.keys(${JSON.stringify(table)}).map((name) => process.env[name])))`;
  const file = join(folders.run, 'environment.env');
  const printed = execFileSync(process.execPath, [`--env-file=${file}`, '-e', program], { env: {}, encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual(Object.values(table));
});

test('a setting of the caller’s environment is used first', () => {
  const data = mkdtempSync(join(tmpdir(), 'running-environment-'));
  recordEnvironment(createFolders(data), table, table);
  expect(runningEnvironment({ BILLING_DATA_DIR: data, ENCRYPTION_KEY: 'mine' })).toMatchObject({
    ENCRYPTION_KEY: 'mine',
  });
});

test('a setting that the user gave to npm start holds for processes started by hand, and nothing else of the shell', () => {
  const data = mkdtempSync(join(tmpdir(), 'running-environment-'));
  const shell = { BUSINESS_TIME_ZONE: 'Asia/Tokyo', PRIVATE_KEY: 'of the user' };
  recordEnvironment(createFolders(data), table, { ...table, ...shell });
  expect(runningEnvironment({ BILLING_DATA_DIR: data })).toEqual({
    ...table,
    BUSINESS_TIME_ZONE: 'Asia/Tokyo',
    BILLING_DATA_DIR: data,
  });
});
