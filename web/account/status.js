/**
 * What an account shows, as data: names of texts with the objects that they speak of. Pure, so that every state can be
 * tested without a browser.
 */

const ended = new Set(['expired', 'canceled', 'incomplete_expired']);

/** The one word for how it stands. */
export function statusOf({ subscription, next_charge: nextCharge, open_page: page }) {
  if (subscription === null) return 'none';
  const { status, renews, held } = subscription;
  if (ended.has(status)) return 'ended';
  if (status === 'incomplete') return page?.redirect_url == null ? 'preparing' : 'unpaid';
  if (held) return 'held';
  if (status === 'past_due') return renews ? 'past_due' : 'past_due_ending';
  if (!renews) return 'ending';
  if (nextCharge === null) return 'charging';
  return nextCharge.waits_for === undefined ? 'active' : 'waiting';
}

/** How much a status should worry: the colour of its badge. */
export const toneOf = (status) =>
  ({ active: 'good', past_due: 'bad', past_due_ending: 'bad', unpaid: 'warn', waiting: 'warn', ending: 'warn' })[
    status
  ] ?? '';

export const isAllowed = ({ actions }, command) =>
  actions.some((action) => action.command === command && action.allowed);

/** After a chargeback, until staff allow it. */
export const isStopped = ({ actions }) =>
  actions.some(({ command, reason }) => command === 'subscription.pay' && reason === 'subscription_held');

const wayOut = ({ actions }, command) => actions.find((action) => action.command === command)?.hint ?? null;

/** The buttons of each status, the most helpful first. One is offered only where `actions` allows its command. */
const offered = {
  none: ['choose'],
  preparing: [],
  unpaid: ['open_page', 'give_up'],
  // A page may be left open, such as one for a further period. It need not be paid.
  active: ['cancel', 'open_page'],
  waiting: ['cancel', 'open_page'],
  charging: ['cancel', 'open_page'],
  held: ['cancel'],
  ending: ['open_page', 'uncancel', 'renew_by_page', 'prolong', 'end'],
  past_due: ['open_page', 'retry', 'pay_page', 'cancel'],
  past_due_ending: ['open_page', 'uncancel', 'end'],
  ended: ['choose'],
};

const hasPage = ({ open_page: page }) => page?.redirect_url != null;

/** What a button asks for: a command, or an address. */
const offers = {
  choose: { href: () => '/', isOffered: (account) => !isStopped(account) },
  open_page: {
    href: ({ open_page: page }) => page.redirect_url,
    isOffered: hasPage,
  },
  retry: { command: 'payment.retry' },
  pay_page: { command: 'subscription.pay' },
  uncancel: { command: 'subscription.uncancel' },
  renew_by_page: {
    command: 'subscription.pay',
    // Where the refusal to renew again names it as the way out.
    isOffered: (account) =>
      wayOut(account, 'subscription.uncancel') === 'subscription.pay' && isAllowed(account, 'subscription.pay'),
  },
  // One period more, without renewal. The page that is open may be the one of it.
  prolong: {
    command: 'subscription.pay',
    isOffered: (account) => isAllowed(account, 'subscription.pay') && !hasPage(account),
  },
  give_up: { command: 'subscription.cancel', leaves: true },
  cancel: { command: 'subscription.cancel', leaves: true },
  end: { command: 'subscription.cancel', leaves: true },
};

/** The buttons of the account. The first is filled, unless it is one that leaves. */
export function buttonsOf(account) {
  const shown = offered[statusOf(account)]
    .map((name) => ({ name, leaves: false, ...offers[name] }))
    .filter(({ command, isOffered }) => isOffered?.(account) ?? isAllowed(account, command));
  return shown.map(({ name, command, href, leaves }, index) => ({
    ...{ name, leaves, isFilled: index === 0 && !leaves },
    ...(href === undefined ? { command } : { href: href(account) }),
  }));
}
