import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { yookassaNumbers } from '../../../src/adapters/yookassa/numbers.ts';
import { classifyDecline, declineRules, ownReasons } from '../../../src/domain/model/decline-table.ts';
import { differenceActions } from '../../../src/domain/model/difference.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { PaymentState } from '../../../src/domain/model/payment-states.ts';
import { defaultPolicy } from '../../../src/domain/model/policy.ts';
import type { SubscriptionStatus } from '../../../src/domain/model/subscription.ts';
import { identifiersIn } from '../../support/identifiers.ts';
import { quotedIn, tableUnder } from '../../support/markdown-tables.ts';

const page = readFileSync('docs/domain.md', 'utf8');
const column = (rows: readonly (readonly string[])[], index: number): readonly string[] =>
  rows.map((cells) => cells[index] ?? '');

describe('the words', () => {
  const words = tableUnder(page, 'Words');

  test('are listed once', () => {
    const names = column(words, 0);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('are names in the code', () => {
    const known = new Set(globSync('src/**/*.ts').flatMap((file) => [...identifiersIn(readFileSync(file, 'utf8'))]));
    const named = words.map(([word, code = '']) => [word, quotedIn(code)] as const);
    expect(named.filter(([, names]) => names.length !== 1)).toEqual([]);
    expect(named.filter(([, names]) => !names.every((name) => known.has(name)))).toEqual([]);
  });
});

describe('the states', () => {
  const statuses: Record<SubscriptionStatus, true> = {
    ...{ incomplete: true, active: true, past_due: true },
    ...{ expired: true, canceled: true, incomplete_expired: true },
  };
  const paymentStates: Record<PaymentState, true> = {
    ...{ created: true, sending: true, requires_action: true, pending: true, unknown: true },
    ...{ succeeded: true, failed: true, aborted: true },
  };

  test('of a subscription are the ones of the code, and each has a row', () => {
    expect(column(tableUnder(page, 'Subscription'), 0).flatMap(quotedIn)).toEqual(Object.keys(statuses));
    const rows = tableUnder(page, 'Subscription', 1);
    expect(column(rows, 0).flatMap(quotedIn).toSorted()).toEqual(Object.keys(statuses).toSorted());
    expect(rows.filter((cells) => cells.length !== 6 || cells.includes(''))).toEqual([]);
  });

  test('of a payment are the ones of the code', () => {
    expect(column(tableUnder(page, 'Payment'), 0).flatMap(quotedIn)).toEqual(Object.keys(paymentStates));
  });
});

test('the decline classes are those of the code, with their reasons and rules', () => {
  const yes = (is: boolean): string => (is ? 'yes' : 'no');
  const reasonsOf = (wanted: string): readonly string[] =>
    Object.entries({ ...yookassaNumbers.declineClasses, ...ownReasons }).flatMap(([reason, name]) =>
      name === wanted ? [reason] : [],
    );
  const inCode = Object.entries(declineRules).map(([name, { retry, attemptsMax, methodDead, alert }]) => [
    ...[[name], reasonsOf(name), retry, attemptsMax === null ? '' : String(attemptsMax)],
    ...[yes(methodDead), yes(alert)],
  ]);
  const inPage = tableUnder(page, 'Decline classes').map(([name = '', reasons = '', ...rules]) => [
    ...[quotedIn(name), quotedIn(reasons), ...rules],
  ]);
  expect(inPage).toEqual(inCode);
  expect(classifyDecline('a reason that is not here', yookassaNumbers)).toBe('soft_limited');
});

test('the differences are those of the code, with their actions', () => {
  const rows = tableUnder(page, 'Reconciliation');
  const inPage = rows.map(([kind = '', , action = '']) => [quotedIn(kind)[0], quotedIn(action)[0]]);
  expect(inPage).toEqual(Object.entries(differenceActions));
});

describe('the numbers', () => {
  const units: Readonly<Record<string, number>> = { s: secondMs, min: minuteMs, h: hourMs, d: dayMs };
  const plain = (text: string): number | string => {
    const [, count, unit = ''] = /^(\d+)(?: (\w+))?$/.exec(text) ?? [];
    return count === undefined ? text : Number(count) * (unit === '' ? 1 : (units[unit] ?? NaN));
  };
  const valueOf = (text: string): unknown => {
    const parts = text.split(', ').map((part) => part.split(' in ').map(plain));
    return parts.length === 1 && parts[0]?.length === 1
      ? parts[0][0]
      : parts.map((part) => (part.length === 1 ? part[0] : part));
  };
  const flat = (value: unknown): unknown =>
    value === null
      ? 'none'
      : typeof value === 'boolean'
        ? value
          ? 'yes'
          : 'no'
        : Array.isArray(value)
          ? value.map((one: unknown) =>
              typeof one === 'object' && one !== null ? Object.values(one).toReversed() : one,
            )
          : value;
  const inCode = Object.entries(defaultPolicy).flatMap(([name, value]) =>
    name === 'unsentRepeatsMs'
      ? Object.entries(defaultPolicy.unsentRepeatsMs).map(([kind, pauses]) => [`${name}.${kind}`, pauses])
      : [[name, flat(value)]],
  );

  test('are those of the code', () => {
    const rows = tableUnder(page, 'Money and periods');
    expect(rows.map(([name = '', value = '']) => [quotedIn(name)[0], valueOf(value)])).toEqual(inCode);
  });

  test('of the provider are those of its adapter', () => {
    const isTable = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
    const numbers = Object.entries(yookassaNumbers)
      .filter(([name]) => name !== 'declineClasses')
      .flatMap(([name, value]): readonly (readonly [string, unknown])[] =>
        isTable(value)
          ? Object.entries(value as object).map(([kind, one]: [string, unknown]) => [`${name}.${kind}`, one])
          : [[name, value]],
      );
    const rows = tableUnder(page, 'Numbers of the provider');
    const listOf = (value: unknown): readonly unknown[] =>
      Array.isArray(value) ? (value as readonly unknown[]) : [value];
    const inPage = rows.map(([name = '', value = '']) => [quotedIn(name)[0], listOf(valueOf(value))]);
    expect(inPage).toEqual(numbers.map(([name, value]) => [name, listOf(flat(value))]));
  });
});

describe('the invariants', () => {
  const rows = tableUnder(page, 'Invariants');
  const numbersIn = (files: readonly string[], call: RegExp): ReadonlySet<string> =>
    new Set(files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(call)].map(([, number = '']) => number)));
  const simulated = numbersIn(globSync('test/simulation/**/*.ts'), /\bbreach\(\s*'(\d+): /g);

  test('have a number each', () => {
    const numbers = column(rows, 0);
    expect(numbers).toEqual(numbers.toSorted((one, other) => Number(one) - Number(other)));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test.each(rows.map(([number = '', rule = '', enforced = '', held = '']) => [number, rule, enforced, held]))(
    '%s: %s',
    (number, _rule, enforced, held) => {
      const tests = quotedIn(held);
      expect(tests.filter((name) => globSync(`test/${name}.test.ts`).length === 0)).toEqual([]);
      expect(held.includes('simulation')).toBe(simulated.has(number));
      expect(tests.length > 0 || simulated.has(number)).toBe(true);
      expect(enforced).not.toBe('');
    },
  );

  test('are the only numbers that checks name', () => {
    const named = [...simulated, ...numbersIn(['test/support/invariants.ts'], /\bfail\('(\d+): /g)];
    expect(named.filter((number) => !column(rows, 0).includes(number))).toEqual([]);
  });
});
