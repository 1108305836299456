import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Changes, createTypeChecker } from '../../support/type-errors.ts';

const errorsOf = createTypeChecker(['src/domain', 'src/application', 'src/messages']);

function changed(file: string, from: string, to: string): Changes {
  const text = readFileSync(file, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} does not say "${from}" once`);
  return { [file]: text.replace(from, () => to) };
}

/** The questions of a file, `const` by `const`, in which the type checker finds an error. */
function failing(changes: Changes, file: string): readonly string[] {
  const lines = (changes[file] ?? readFileSync(file, 'utf8')).split('\n');
  const names = errorsOf(changes, [file]).map(({ line }) =>
    lines
      .slice(0, line)
      .findLast((text) => /^(export )?(async )?(const|function) /.test(text))
      ?.match(/(?:const|function) (\w+)/)
      ?.at(1),
  );
  return [...new Set(names.flatMap((name) => name ?? []))];
}

const askedIn = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^export const (\w+) = ask\(/gm)].flatMap((match) => match.at(1) ?? []);

const subscriptions = 'src/domain/model/subscription.ts';
const live = changed(
  subscriptions,
  'export type LiveSubscription = ActiveSubscription | PastDueSubscription;',
  "export type PausedSubscription = Live & { readonly status: 'paused' };\nexport type LiveSubscription = ActiveSubscription | PastDueSubscription | PausedSubscription;",
);

describe('a new status of a subscription does not compile before every question answers it', () => {
  const questions = 'src/domain/model/subscription-questions.ts';

  test('in every question', () => {
    expect(askedIn(questions).length).toBeGreaterThanOrEqual(12);
    expect(failing(live, questions)).toEqual(askedIn(questions));
  });

  test.each([
    ['src/domain/commands/pay.ts', ['carryOut']],
    ['src/domain/subscription/access.ts', ['graceAfter', 'endsAtOf', 'endAfterCancel']],
    ['src/domain/timers/decide-expiry.ts', ['endCause']],
    ['src/domain/subscription/next-charge.ts', ['chargeOnceBoundAt']],
    ['src/domain/subscription/notices.ts', ['beforeCharge']],
  ])('in %s, which has an answer of its own for each', (file, functions) => {
    expect(failing(live, file)).toEqual(expect.arrayContaining(functions));
  });

  test('in the list of ended ones', () => {
    const ended = changed(subscriptions, "'expired' | 'canceled' |", "'expired' | 'refunded' | 'canceled' |");
    expect(failing(ended, questions)[0]).toBe('ended');
  });
});

describe('a new state of a payment does not compile before every question answers it', () => {
  const questions = 'src/domain/model/payment-states.ts';
  const states = changed(
    questions,
    "'created' | 'sending' | 'requires",
    "'created' | 'sending' | 'disputed' | 'requires",
  );

  test('in every question', () => {
    expect(askedIn(questions).length).toBeGreaterThanOrEqual(8);
    expect(failing(states, questions)).toEqual(askedIn(questions));
  });

  test('in the outcome of a page', () => {
    expect(failing(states, 'src/domain/payment/page-outcome.ts')).toEqual(['pageOutcome']);
  });
});

describe('no rule compares a state by itself, where the type checker would miss a new one', () => {
  const statuses = 'incomplete|active|past_due|expired|canceled|incomplete_expired';
  const states = 'created|requested|sending|requires_action|pending|unknown|succeeded|failed|aborted';
  const rooms = ['src/domain', 'src/messages'].flatMap((room) => globSync(`${room}/**/*.ts`));
  const files = [...rooms, ...globSync('src/application/*.ts'), ...globSync('src/adapters/http/**/*.ts')];

  test('of a subscription', () => {
    const compares = new RegExp(`\\.status [!=]== '(${statuses})'|isLive\\(`);
    expect(files.filter((file) => compares.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  test('of a payment', () => {
    const compares = new RegExp(
      `(entry|payment|refund|operation)\\??\\.state [!=]== '(${states})'|\\.includes\\(\\w+\\.state\\)`,
    );
    const rules = files.filter((file) => file.startsWith('src/domain/'));
    expect(rules.filter((file) => compares.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});
