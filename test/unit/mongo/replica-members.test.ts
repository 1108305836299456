import { expect, test } from '@jest/globals';
import { membersFault } from '../../../src/adapters/mongo/replica-members.ts';

const [a, b, c] = ['mongo-0:27017', 'mongo-1:27017', 'mongo-2:27017'];
const set = { setName: 'rs0' };

test.each([
  ['three members', { ...set, hosts: [a, b, c] }],
  ['two, and one that never becomes primary', { ...set, hosts: [a, b], passives: [c] }],
  ['a router of a sharded cluster', { msg: 'isdbgrid' }],
])('production takes %s', (_name, hello) => {
  expect(membersFault(hello)).toBeNull();
});

test.each([
  ['one member', { ...set, hosts: [a] }, 'has 1 members that hold data, of which 1'],
  ['two, and an arbiter', { ...set, hosts: [a, b], arbiters: [c] }, 'has 2 members that hold data, of which 2'],
  ['one that may become primary', { ...set, hosts: [a], passives: [b, c] }, 'has 3 members that hold data, of which 1'],
  ['a server alone', {}, 'MongoDB is no replica set.'],
])('production refuses %s, and says what to do', (_name, hello, says) => {
  expect(membersFault(hello)).toContain(says);
  expect(membersFault(hello)).toContain('Add members with rs.add(), then run the deploy step again.');
});
