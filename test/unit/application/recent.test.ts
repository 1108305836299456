import { expect, test } from '@jest/globals';
import { createRecent } from '../../../src/application/services/recent.ts';

test('the key that was set longest ago is forgotten first, and one that is set again is the newest', () => {
  const recent = createRecent<string, number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.set('a', 3);
  recent.set('c', 4);
  expect(['a', 'b', 'c'].map(recent.get)).toEqual([3, undefined, 4]);
});

test('reading a key does not renew it', () => {
  const recent = createRecent<number, string>(2);
  recent.set(1, 'a');
  recent.set(2, 'b');
  recent.get(1);
  recent.set(3, 'c');
  expect([1, 2, 3].map(recent.get)).toEqual([undefined, 'b', 'c']);
});
