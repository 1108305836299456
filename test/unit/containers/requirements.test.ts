import { expect, test } from '@jest/globals';
import { type Machine, whatIsMissing } from '../../../tools/containers/requirements.ts';

const complete: Machine = { has: () => true, engineAnswers: false, isRoot: true, platform: 'linux-x64' };
const without = (...programs: string[]): Machine => ({ ...complete, has: (program) => !programs.includes(program) });

test('nothing is missing where an engine runs, or where one of its own can be started', () => {
  expect(whatIsMissing({ ...complete, engineAnswers: true, isRoot: false })).toBeNull();
  expect(whatIsMissing(complete)).toBeNull();
});

test('one line names the packages that an engine of its own needs', () => {
  expect(whatIsMissing(without('dockerd', 'mmdebstrap'))).toBe(
    'No container engine runs: start Docker, or install what an engine of its own needs: apt-get install docker.io mmdebstrap',
  );
  expect(whatIsMissing(without('docker', 'dockerd'))).toMatch(/apt-get install docker\.io$/);
});

test('without root, elsewhere than on Linux, or without Compose the line says so', () => {
  expect(whatIsMissing({ ...complete, isRoot: false })).toMatch(/start Docker, or run this as root/);
  expect(whatIsMissing({ ...complete, platform: 'darwin-arm64' })).toMatch(/start Docker\. .*Linux x86-64 only/);
  expect(whatIsMissing({ ...without('docker-compose'), engineAnswers: true })).toMatch(/Compose is missing/);
});
