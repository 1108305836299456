/* global document, EventSource, setInterval */
import { clockTime, moment, money, paymentWord, reasonOfNoAccess, words } from '/web/format.js';
import { call, element, newKey, pause, say, userId } from '/web/subscriber.js';

/** Several events come at once; one look at the state serves them all. */
const lookAfterMs = 150;
/** Also without an event: the stream may be down. */
const lookEveryMs = 5_000;
const shownEventsMax = 200;
const dayMs = 86_400_000;

const byId = (id) => document.getElementById(id);

function showFacts(pairs) {
  byId('facts').replaceChildren(
    ...pairs.flatMap(([name, ...value]) => [element('dt', '', name), element('dd', '', ...value)]),
  );
}

/** Why access ends when it does: what is paid and what may be watched differ by days. */
function accessNote(profile, { valid_until: validUntil, grace_until: graceUntil }) {
  if (graceUntil !== null) return 'The renewal failed. It is tried again, and you may watch meanwhile.';
  const days = Math.ceil((new Date(validUntil) - new Date(profile.period_end)) / dayMs);
  if (days <= 0) return 'Ends with what is paid.';
  if (!profile.renew) return 'Longer than paid, until the outcome of a payment is known.';
  return `${days} ${days === 1 ? 'day' : 'days'} longer than paid: time to repeat a renewal that fails.`;
}

function showSubscription(profile, entitlement) {
  byId('title').textContent = profile.tariff.name;
  byId('ending-until').replaceChildren(moment(entitlement.valid_until));
  showFacts([
    ['Paid from', moment(profile.period_start)],
    ['Paid until', moment(profile.period_end)],
    ['Renews', profile.renew ? `yes, for ${money(profile.tariff.cost_minor)}` : 'no'],
    ['Access until', moment(entitlement.valid_until), element('small', 'quiet note', accessNote(profile, entitlement))],
    ['Features', words(entitlement.features) || '–'],
  ]);
}

function showNone(newestPayment) {
  byId('title').textContent = 'No subscription';
  showFacts([['State', reasonOfNoAccess(newestPayment)]]);
}

function showAccess(active, profile) {
  byId('access').textContent = active ? 'may watch' : 'no access';
  byId('access').className = active ? 'badge good' : 'badge bad';
  byId('buy').hidden = active;
  byId('cancel').hidden = profile?.renew !== true;
  byId('cancel-now').hidden = profile === null;
}

function showPayments(payments) {
  const rows = payments.map((payment) =>
    element(
      'tr',
      '',
      element('td', '', moment(payment.created_at)),
      element('td', 'amount', money(payment.amount_minor)),
      element('td', '', paymentWord(payment)),
    ),
  );
  byId('payments').replaceChildren(...(rows.length > 0 ? rows : [element('tr', '', element('td', 'quiet', 'None.'))]));
}

async function ask(path) {
  const { status, json } = await call(path);
  if (status !== 200) throw new Error(json.error);
  return json;
}

async function look() {
  // Payments first: a subscriber who is shown as having paid is then surely shown with what they bought.
  const payments = await ask('/api/v1/payments/profile?limit=10');
  const entitlement = await ask(`/api/v1/entitlements/${userId()}`);
  // Without access there is no profile, and the request would be an error in the browser's console.
  const profile = entitlement.active ? await ask('/api/v1/subscriptions/profile') : null;
  showAccess(entitlement.active, profile);
  if (profile === null) showNone(payments[0]);
  else showSubscription(profile, entitlement);
  showPayments(payments);
}

/** One at a time: access that ends between two requests of one refresh would make the second one fail. */
let turn = Promise.resolve();
function inTurn(work) {
  turn = turn.then(work).catch((error) => say(String(error.message ?? error)));
  return turn;
}

let planned = false;
async function lookSoon() {
  if (planned) return;
  planned = true;
  await pause(lookAfterMs);
  planned = false;
  await inTurn(look);
}

/** A long name may break after a dot, and nowhere else. */
const breakable = (name) => name.split(/(?<=\.)/).flatMap((part) => [part, element('wbr', '')]);

function showEvent(event) {
  const key = `event-${event.topic}-${event.id}`;
  if (byId(key) !== null) return;
  const details = element(
    'details',
    '',
    element(
      'summary',
      '',
      element('span', `dot ${event.topic.split('.')[1] ?? ''}`),
      element('strong', '', ...breakable(event.type.replace(/^cinema\.billing\.|\.v\d+$/g, ''))),
      clockTime(event.time),
    ),
    element('pre', '', JSON.stringify(event.data, null, 2)),
    element('p', 'quiet origin', `${event.topic} · sequence ${event.sequence ?? '–'}`),
  );
  const item = element('li', '', details);
  item.id = key;
  item.dataset.sequence = event.sequence ?? '0';
  byId('no-events').hidden = true;
  // Topics are read side by side: the sequence says what came first, not the order of arrival.
  const older = [...byId('events').children].find(({ dataset }) => Number(dataset.sequence) < Number(event.sequence));
  byId('events').insertBefore(item, older ?? null);
  while (byId('events').children.length > shownEventsMax) byId('events').lastElementChild.remove();
  void lookSoon();
}

function listen() {
  const source = new EventSource(`/dev/events?user=${userId()}`);
  const live = byId('live');
  source.addEventListener('open', () => {
    live.textContent = 'live';
    live.className = 'badge good';
  });
  source.addEventListener('error', () => {
    live.textContent = 'reconnecting';
    live.className = 'badge';
  });
  source.addEventListener('message', ({ data }) => showEvent(JSON.parse(data)));
}

async function cancel(mode) {
  say('Canceling…');
  const { status, json } = await call('/api/v1/subscriptions/cancel', {
    method: 'POST',
    headers: { 'Idempotency-Key': newKey() },
    body: { mode },
  });
  if (status === 200)
    say(mode === 'immediate' ? 'Ended.' : 'No further charge. Access lasts to the end of what is paid.');
  else say(status === 202 ? 'Accepted; it will show here.' : `${json.error} (${json.code})`);
  await look();
}

function askToEnd() {
  byId('ending').returnValue = '';
  byId('ending').showModal();
}

byId('cancel').addEventListener('click', () => void inTurn(() => cancel('period_end')));
byId('cancel-now').addEventListener('click', askToEnd);
byId('ending').addEventListener('close', () => {
  if (byId('ending').returnValue === 'end') void inTurn(() => cancel('immediate'));
});
listen();
void lookSoon();
setInterval(() => void lookSoon(), lookEveryMs);
