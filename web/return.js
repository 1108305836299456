/* global document, EventSource, setInterval */
import { call, element, newKey, pause, say, userId } from '/web/subscriber.js';

/** Several events come at once; one look at the state serves them all. */
const lookAfterMs = 150;
/** Also without an event: the stream may be down. */
const lookEveryMs = 5_000;
const shownEventsMax = 200;

const byId = (id) => document.getElementById(id);
const when = (iso) => new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const clockTime = (iso) => new Date(iso).toLocaleTimeString('en-GB');

function showFacts(pairs) {
  byId('facts').replaceChildren(
    ...pairs.flatMap(([name, value]) => [element('dt', '', name), element('dd', '', value)]),
  );
}

function showSubscription(profile, entitlement) {
  byId('access').textContent = entitlement.active ? 'may watch' : 'no access';
  byId('access').className = entitlement.active ? 'badge good' : 'badge bad';
  byId('buy').hidden = profile !== null;
  byId('cancel').hidden = profile === null || !profile.renew;
  byId('cancel-now').hidden = profile === null;
  if (profile === null) {
    byId('title').textContent = 'No subscription';
    showFacts([['State', 'Not bought, not paid yet, or over.']]);
    return;
  }
  byId('title').textContent = profile.tariff.name;
  showFacts([
    ['Paid from', when(profile.period_start)],
    ['Paid until', when(profile.period_end)],
    ['Renews', profile.renew ? `yes, ${profile.tariff.cost} ₽` : 'no'],
    ['Access until', entitlement.valid_until === null ? '–' : when(entitlement.valid_until)],
    ...(entitlement.grace_until === null ? [] : [['In grace until', when(entitlement.grace_until)]]),
    ['Features', entitlement.features.join(', ') || '–'],
  ]);
}

function showPayments(payments) {
  const rows = payments.map((payment) =>
    element(
      'tr',
      '',
      element('td', '', when(payment.created_at)),
      element('td', 'amount', `${payment.amount} ₽`),
      element('td', '', payment.pay_status),
    ),
  );
  byId('payments').replaceChildren(...(rows.length > 0 ? rows : [element('tr', '', element('td', 'quiet', 'None.'))]));
}

async function look() {
  const [profile, entitlement, payments] = await Promise.all([
    call('/api/v1/subscriptions/profile'),
    call(`/api/v1/entitlements/${userId()}`),
    call('/api/v1/payments/profile?limit=10'),
  ]);
  if (entitlement.status !== 200 || payments.status !== 200) throw new Error(entitlement.json.error ?? 'no answer');
  showSubscription(profile.status === 200 ? profile.json : null, entitlement.json);
  showPayments(payments.json);
}

let planned = false;
async function lookSoon() {
  if (planned) return;
  planned = true;
  await pause(lookAfterMs);
  planned = false;
  await look().catch((error) => say(String(error.message ?? error)));
}

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
      element('strong', '', event.type.replace(/^cinema\.billing\.|\.v\d+$/g, '')),
      element('time', 'quiet', clockTime(event.time)),
    ),
    element('pre', '', JSON.stringify(event.data, null, 2)),
    element('p', 'quiet', `${event.topic} · sequence ${event.sequence ?? '–'}`),
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
  await lookSoon();
}

byId('user').textContent = userId();
byId('cancel').addEventListener('click', () => void cancel('period_end'));
byId('cancel-now').addEventListener('click', () => void cancel('immediate'));
listen();
void lookSoon();
setInterval(() => void lookSoon(), lookEveryMs);
