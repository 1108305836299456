import { describe, expect, test } from '@jest/globals';
import { webModule } from '../../support/web-module.ts';

type Shown = { readonly name: string; readonly leaves: boolean; readonly isFilled: boolean; readonly command?: string };
type Account = Readonly<Record<string, unknown>>;
const { statusOf, buttonsOf } = (await webModule('account/status.js')) as {
  statusOf: (account: Account) => string;
  buttonsOf: (account: Account) => readonly Shown[];
};
const { english } = (await webModule('texts/en.js')) as { english: Readonly<Record<string, string>> };

const subscription = { status: 'active', renews: true, held: false, tariff: { id: 'tariff-1' }, ends_at: null };
const nextCharge = { at: '2027-02-28T09:00:00.000Z' };
const page = { redirect_url: 'https://provider.example/page' };
const commands = ['subscription.pay', 'subscription.cancel', 'subscription.uncancel', 'payment.retry'];
const allowed = commands.map((command) => ({ command, allowed: true, hint: null }));
const plain = { subscription, next_charge: nextCharge, open_page: null, actions: allowed };

function refusing(command: string, hint: string | null): readonly unknown[] {
  return allowed.map((action) => (action.command === command ? { command, allowed: false, hint } : action));
}

/** After a chargeback, until staff allow it. */
const stopped = [{ command: 'subscription.pay', allowed: false, reason: 'subscription_held', hint: null }];

const pastDue = { ...plain, subscription: { ...subscription, status: 'past_due' } };
const ending = { ...plain, subscription: { ...subscription, renews: false }, next_charge: null };

/** Each row: the account, its status, and its buttons; `*` is the filled one. */
const rows: readonly (readonly [string, Account, string, readonly string[]])[] = [
  ['never bought', { ...plain, subscription: null }, 'none', ['choose*']],
  [
    'bought, not paid',
    { ...plain, subscription: { ...subscription, status: 'incomplete' }, open_page: page },
    'unpaid',
    ['open_page*', 'give_up'],
  ],
  ['bought, no page yet', { ...plain, subscription: { ...subscription, status: 'incomplete' } }, 'preparing', []],
  ['renewing', plain, 'active', ['cancel']],
  [
    'renewing again, the page of a further period is open',
    { ...plain, open_page: page },
    'active',
    ['cancel', 'open_page'],
  ],
  [
    'without a contact',
    { ...plain, next_charge: { ...nextCharge, waits_for: 'receipt_contact' } },
    'waiting',
    ['cancel'],
  ],
  ['being charged', { ...plain, next_charge: null }, 'charging', ['cancel']],
  ['held', { ...plain, subscription: { ...subscription, held: true } }, 'held', ['cancel']],
  ['canceled at the end', ending, 'ending', ['uncancel*', 'prolong', 'end']],
  [
    'canceled at the end, and paid ahead',
    { ...ending, actions: refusing('subscription.pay', null) },
    'ending',
    ['uncancel*', 'end'],
  ],
  ['canceled at the end, a page is open', { ...ending, open_page: page }, 'ending', ['open_page*', 'uncancel', 'end']],
  [
    'ending, without a card',
    { ...ending, actions: refusing('subscription.uncancel', 'subscription.pay') },
    'ending',
    ['renew_by_page*', 'prolong', 'end'],
  ],
  ['past due', pastDue, 'past_due', ['retry*', 'pay_page', 'cancel']],
  [
    'past due, its card is dead',
    { ...pastDue, actions: refusing('payment.retry', 'subscription.pay') },
    'past_due',
    ['pay_page*', 'cancel'],
  ],
  [
    'past due, a page is open',
    { ...pastDue, open_page: page, actions: refusing('payment.retry', null) },
    'past_due',
    ['open_page*', 'pay_page', 'cancel'],
  ],
  [
    'past due and canceled',
    { ...pastDue, subscription: { ...subscription, status: 'past_due', renews: false }, next_charge: null },
    'past_due_ending',
    ['uncancel*', 'end'],
  ],
  ['never bought, and charged back', { ...plain, subscription: null, actions: stopped }, 'none', []],
  [
    'ended, and charged back',
    { ...plain, subscription: { ...subscription, status: 'canceled' }, actions: stopped },
    'ended',
    [],
  ],
  [
    'ended, and its tariff is sold no more',
    { ...plain, subscription: { ...subscription, status: 'canceled' }, actions: refusing('subscription.pay', null) },
    'ended',
    ['choose*'],
  ],
  ['ended', { ...plain, subscription: { ...subscription, status: 'canceled' } }, 'ended', ['choose*']],
];

describe('the account page', () => {
  test.each(rows)('%s: has its status and its buttons', (_what, account, status, buttons) => {
    expect(statusOf(account)).toBe(status);
    expect(buttonsOf(account).map(({ name, isFilled }) => `${name}${isFilled ? '*' : ''}`)).toEqual(buttons);
    for (const name of [`status.${status}`, ...buttons.map((button) => `act.${button.replace('*', '')}`)])
      expect(english).toHaveProperty([name]);
  });

  test.each(rows)('%s: never fills a button that leaves, and fills one at most', (_what, account) => {
    const filled = buttonsOf(account).filter(({ isFilled }) => isFilled);
    expect(filled.length).toBeLessThanOrEqual(1);
    expect(filled.filter(({ leaves }) => leaves)).toEqual([]);
  });

  test.each(rows)('%s: offers no command that the API refuses', (_what, account) => {
    const actions = allowed.map((action) => ({ ...action, allowed: false }));
    expect(buttonsOf({ ...account, actions }).filter(({ command }) => command !== undefined)).toEqual([]);
  });
});
