import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { lineOf, withKey } from '../../../src/composition/admin/act-line.ts';
import { giveCommand } from '../../../src/composition/admin/give-command.ts';
import type { AdminServices } from '../../../src/composition/admin/open-admin.ts';
import { nameOfUser, staffActOf } from '../../../src/composition/admin/staff-act.ts';
import { subcommands } from '../../../src/composition/admin/subcommands.ts';

const written: string[] = [];
beforeEach(() => {
  written.length = 0;
  const keep = (text: unknown): boolean => written.push(String(text)) > 0;
  jest.spyOn(process.stdout, 'write').mockImplementation(keep);
  jest.spyOn(process.stderr, 'write').mockImplementation(keep);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const release = { type: 'subscription.release', userId: 'u-1', reason: 'checked' } as const;
const repeat = 'npm run admin -- release --key k-1 u-1 --reason checked';

async function give(ended: Awaited<ReturnType<AdminServices['give']>>): Promise<number> {
  const act = { reason: 'checked', actor: 'anna', key: 'k-1' };
  return giveCommand({ give: () => Promise.resolve(ended), repeat }, release, act);
}

test.each(['pending', 'acceptance_unknown'] as const)(
  'an act that is %s can be given again by the printed line',
  async (kind) => {
    expect(await give({ kind })).toBe(1);
    expect(written.join('')).toContain(repeat);
  },
);

test.each([
  [0, { kind: 'completed', subscriptionId: null }],
  [1, { kind: 'not_accepted' }],
  [1, { kind: 'other_act' }],
] as const)('an act that is decided is not given again: %i %j', async (code, ended) => {
  expect(await give(ended)).toBe(code);
  expect(written.join('')).not.toContain(repeat);
});

test('each act has a key, and a given one makes it the same act', () => {
  const [first, second] = [staffActOf({ actor: 'anna' }), staffActOf({ actor: 'anna' })];
  expect(first.key).not.toBe(second.key);
  expect(staffActOf({ actor: 'anna', key: 'k-1' })).toMatchObject({ actor: 'anna', key: 'k-1' });
});

test('staff name themselves where the operating system has no name of them, as in a container', () => {
  expect(nameOfUser(() => ({ username: 'anna' }))).toBe('anna');
  const unknown = (): never => {
    throw new Error('ENOENT: no such file or directory, uv_os_get_passwd');
  };
  expect(() => nameOfUser(unknown)).toThrow('--actor NAME');
});

test('the printed line is read by a shell as it was typed, with the key', () => {
  const { command } = subcommands['release']!;
  const typed = ['u-1', '--reason', 'it\'s void, $HOME `x` "y"', '--actor='];
  const words = withKey(command, typed);
  expect(words).toEqual(['--key', expect.any(String), ...typed]);
  expect(withKey(command, ['--key=k-1', ...typed])).toEqual(['--key=k-1', ...typed]);
  const line = lineOf({ ...command, usage: 'printf "%s\\n"' }, words);
  expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\n')).toEqual([...words, '']);
});

test('what changes nothing has no key', () => {
  expect(withKey(subcommands['audit']!.command, ['u-1'])).toEqual(['u-1']);
});
