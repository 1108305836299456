import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandGroup } from '../../src/application/ports/blocked-keys.ts';
import { inlinedOpenApi, readOpenApi } from '../../src/adapters/http/contract/openapi.ts';
import { idOfSample, sampleDeadLetter } from '../contract/dead-letters-suite.ts';
import { type Api, startApi } from './support/api.ts';
import { codeOf, notifyPath, purchase } from './support/asking.ts';

type Access = 'anyone' | 'user' | 'owner' | 'owner or service' | 'service' | 'superuser' | 'secret' | 'development';
type Role = 'nobody' | 'garbage' | 'expired' | 'owner' | 'another user' | 'service' | 'superuser';

/** The answer of each kind of operation to each role; `in` is anything but a refusal of the role. */
const expected: Readonly<Record<Exclude<Access, 'development'>, Readonly<Record<Role, string>>>> = {
  anyone: {
    nobody: 'in',
    garbage: 'in',
    expired: 'in',
    owner: 'in',
    'another user': 'in',
    service: 'in',
    superuser: 'in',
  },
  secret: {
    nobody: 'in',
    garbage: 'in',
    expired: 'in',
    owner: 'in',
    'another user': 'in',
    service: 'in',
    superuser: 'in',
  },
  user: {
    nobody: '403/3000',
    garbage: '401/1003',
    expired: '401/1004',
    owner: 'in',
    'another user': 'in',
    service: 'in',
    superuser: 'in',
  },
  owner: {
    nobody: '403/3000',
    garbage: '401/1003',
    expired: '401/1004',
    owner: 'in',
    'another user': '404/3001',
    service: '404/3001',
    superuser: '404/3001',
  },
  'owner or service': {
    nobody: '403/3000',
    garbage: '401/1003',
    expired: '401/1004',
    owner: 'in',
    'another user': '404/3001',
    service: 'in',
    superuser: 'in',
  },
  service: {
    nobody: '403/3000',
    garbage: '401/1003',
    expired: '401/1004',
    owner: '403/3000',
    'another user': '403/3000',
    service: 'in',
    superuser: 'in',
  },
  superuser: {
    nobody: '403/3000',
    garbage: '401/1003',
    expired: '401/1004',
    owner: '403/3000',
    'another user': '403/3000',
    service: '403/3000',
    superuser: 'in',
  },
};

const operations = Object.entries(inlinedOpenApi(readOpenApi()).paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    access: (operation as unknown as { 'x-access'?: Access })['x-access'],
    types: Object.keys(operation.responses['200']?.content ?? { '*/*': {} }),
  })),
);

let api: Api;
let tokens: Readonly<Record<Role, string | null>>;
let places: Readonly<Record<string, string>>;

beforeAll(async () => {
  api = await startApi();
  const owner = await api.newUser();
  const command = (await owner.buy()).json as { command: { status_url: string } };
  const superuser = await api.newUser({ isSuperuser: true });
  const clock = await superuser.post('/api/v1/test-clocks', { name: 'c', now: '2030-01-01T00:00:00.000Z' });
  const parked = { group: commandGroup, topic: 'billing.commands.v1', partition: 4, offset: '2', key: owner.id };
  await api.system.blockedKeys.park({ ...parked, sealed: '', timestamp: 0, parkedAt: 0 }, null);
  await api.system.deadLetters.keep(sampleDeadLetter(1));
  places = {
    '{pay_system}': 'yookassa',
    '{token}': command.command.status_url.split('/').at(-1) ?? '',
    '{user_id}': owner.id,
    '{payment_id}': (await api.system.state(owner.id)).payment?.id ?? '',
    '{id}': (clock.json as { id: string }).id,
    '{method_id}': 'a-method',
    '{notice_id}': 'a-notice',
    '{group}': commandGroup,
    '{key}': owner.id,
    '{dead_letter_id}': idOfSample(1),
  };
  tokens = {
    nobody: null,
    garbage: 'Bearer not.a.token',
    expired: await api.expiredTokenOf(owner.id),
    owner: owner.token,
    'another user': (await api.newUser()).token,
    service: (await api.newUser({ roles: ['service'] })).token,
    superuser: superuser.token,
  };
});
afterAll(() => api.close());

const addressOf = (path: string): string =>
  path.includes('{secret}') ? notifyPath : path.replaceAll(/\{\w+\}/g, (name) => places[name] ?? '');

function bodyOf(path: string): unknown {
  if (path.endsWith('/buy')) return purchase;
  if (path.endsWith('/advance')) return { to: '2030-01-01T00:00:00.000Z' };
  if (path.endsWith('/test-clocks')) return { name: 'c', now: '2030-01-01T00:00:00.000Z' };
  if (path.endsWith('/release') || path.includes('/users/')) return { reason: 'a test' };
  if (path.endsWith('/resolve')) return { check_result: 'failed', reason: 'a test' };
  if (path.endsWith('/query')) return { user_ids: [randomUUID()] };
  if (path.includes('{secret}'))
    return { type: 'notification', event: 'payment.succeeded', object: { id: randomUUID() } };
  return undefined;
}

describe('authorization: every operation of the contract by every role', () => {
  it('every operation names its roles', () => {
    expect(operations.filter(({ access }) => access === undefined)).toEqual([]);
    expect(operations.length).toBeGreaterThan(15);
  });

  const cells = operations.flatMap(({ path, method, access, types }) =>
    access === undefined || access === 'development'
      ? []
      : types.flatMap((type) =>
          (Object.keys(expected[access]) as Role[]).map((role) => ({
            method,
            path,
            type,
            role,
            wanted: expected[access][role],
          })),
        ),
  );
  it.each(cells)('$method $path as $type by $role: $wanted', async ({ method, path, type, role, wanted }) => {
    const body = method === 'GET' ? undefined : bodyOf(path);
    const answered = await api.ask(method, addressOf(path), {
      token: tokens[role],
      body,
      headers: { Accept: type, 'Idempotency-Key': `${path} ${role}` },
    });
    const refused = answered.status === 401 || answered.status === 403;
    const hidden = answered.status === 404 && codeOf(answered) === '3001';
    expect(refused || hidden ? `${answered.status}/${codeOf(answered)}` : 'in').toBe(wanted);
  });

  it.each(
    operations.filter(({ access }) => access === 'development').map(({ method, path }) => [method, path] as const),
  )('%s %s does not exist outside development', async (method, path) => {
    const answered = await api.ask(method, path, {});
    expect([answered.status, codeOf(answered)]).toEqual([404, '4004']);
  });
});
