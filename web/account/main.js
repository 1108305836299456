/* global setInterval, setTimeout */
import { read, Refusal } from '../api.js';
import { byId, paint } from '../dom.js';
import { moment, money } from '../format.js';
import { say, sayProblem } from '../frame.js';
import { text } from '../language.js';
import { forgetAwaited, readAwaited } from '../pay-page.js';
import { acts } from './acts.js';
import { renderContact } from './contact.js';
import { listen } from './events.js';
import { renderHistory } from './history.js';
import { renderMethods } from './methods.js';
import { readHistory, readOlder } from './read-history.js';
import { isAllowed } from './status.js';
import { renderSubscription } from './subscription.js';

/** Several events come at once; one read of the account serves them all. */
const readAfterMs = 150;
/** Also without an event: the stream may be down. */
const readEveryMs = 5_000;

function show(account, history) {
  paint('subscription', account, (data) => renderSubscription(data, (pressed) => void act(pressed)));
  const methods = {
    methods: account.payment_methods,
    may: {
      bind: isAllowed(account, 'payment_method.bind'),
      unlink: isAllowed(account, 'payment_method.unlink'),
      set_default: isAllowed(account, 'payment_method.set_default'),
    },
  };
  paint('methods', methods, (data) => renderMethods(data, (pressed) => void act(pressed)));
  const contact = {
    contact: account.receipt_contact,
    kinds: account.receipt_contact_kinds,
    isAwaited: account.next_charge?.waits_for === 'receipt_contact',
    may: { set: isAllowed(account, 'receipt_contact.set'), clear: isAllowed(account, 'receipt_contact.clear') },
  };
  paint('receipts', contact, (data) => renderContact(data, (pressed) => void act(pressed)));
  paint('history', history, (data) => renderHistory(data, showMore));
}

/** The history follows the command: before it has the end of the payment, it cannot say what was paid, or until when. */
const openStates = ['created', 'sending', 'requires_action', 'pending', 'unknown'];
const canBeSaid = ({ command, rejection }, { payments: [newest] }) =>
  rejection !== null || command !== 'subscription.pay' || (newest !== undefined && !openStates.includes(newest.status));

/** Back from a page of the provider: what became of it. */
function sayAwaited({ command, rejection }, { payments }) {
  if (rejection !== null) return sayProblem(new Refusal(rejection));
  const done = { 'payment_method.bind': 'done.bind', 'subscription.uncancel': 'done.uncancel_plain' }[command];
  if (done !== undefined) return say(text(done), 'good');
  const paid = payments.find(({ status }) => status === 'succeeded');
  if (paid === undefined) return say(text('done.paid_plain'), 'good');
  const sum = money({ amount_minor: paid.amount_minor, currency: paid.currency_code });
  const until = paid.why.period_end;
  return say(
    until === null ? text('done.paid', { sum }) : text('done.paid_until', { sum, date: moment(until) }),
    'good',
  );
}

let isDown = false;

async function refresh() {
  // What was awaited first, then money: an account that is read after them shows what they have brought.
  const awaited = await readAwaited();
  const history = await readHistory();
  const account = await read('/api/v1/account');
  show(account, history);
  if (isDown) say('');
  isDown = false;
  if (awaited !== null && canBeSaid(awaited, history)) {
    forgetAwaited();
    sayAwaited(awaited, history);
  }
  return account;
}

/** A refresh by itself: what keeps it from reading is said until it is over. */
function refreshAlone() {
  return inTurn(async () => {
    try {
      await refresh();
    } catch (error) {
      isDown = true;
      throw error;
    }
  });
}

/** One at a time, so that an older answer never replaces a newer one. */
let turn = Promise.resolve();
function inTurn(work) {
  turn = turn.then(work).catch(sayProblem);
  return turn;
}

const isBusy = (busy) => byId('account').setAttribute('aria-busy', String(busy));

let isActing = false;

/** One button at a time: a second press, before the first has asked or was answered, is no second command. */
async function act(pressed) {
  if (isActing) return;
  isActing = true;
  isBusy(true);
  try {
    const happened = await acts[pressed.name](pressed);
    if (happened === null) return;
    await inTurn(async () => say(happened(await refresh()), 'good'));
  } catch (error) {
    // Said last: people who read it may press again, and a press before the account is read anew would be lost.
    await inTurn(refresh);
    sayProblem(error);
  } finally {
    isActing = false;
    isBusy(false);
  }
}

function showMore() {
  void inTurn(async () => {
    await readOlder();
    await refresh();
  });
}

let isPlanned = false;
function refreshSoon() {
  if (isPlanned) return;
  isPlanned = true;
  setTimeout(() => {
    isPlanned = false;
    void refreshAlone();
  }, readAfterMs);
}

listen(refreshSoon);
refreshSoon();
setInterval(refreshSoon, readEveryMs);
