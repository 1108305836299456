/* global document, location */
import { money, moment, words } from '/web/format.js';
import { call, element, newKey, pause, say, userId } from '/web/subscriber.js';

/** A minute of asking for a command's outcome; after that something is down, and the visitor should know. */
const asksMax = 30;

const periodText = ({ period, period_unit: unit }) => (period === 1 ? `per ${unit}` : `per ${period} ${unit}s`);

async function order(tariff, withReturnUrl) {
  return call('/api/v1/subscriptions/yookassa/buy', {
    method: 'POST',
    headers: { 'Idempotency-Key': newKey() },
    body: {
      tariff_id: tariff.id,
      renew: document.getElementById('renew').checked,
      ...(withReturnUrl ? { return_url: `${location.origin}/return` } : {}),
    },
  });
}

async function outcomeOf(statusUrl) {
  for (let ask = 0; ask < asksMax; ask += 1) {
    const { json } = await call(statusUrl);
    if (json.status !== 'accepted') return json;
    await pause(2_000);
  }
  return null;
}

async function follow({ status, json }) {
  if (status === 202) {
    say('Accepted. Waiting for the payment page…');
    const command = await outcomeOf(json.status_url);
    if (command === null) return say('Still not carried out: are the consumers running?');
    if (command.rejection !== null) return say(`${command.rejection.error} (${command.rejection.code})`);
    return location.assign(command.redirect_url ?? '/return');
  }
  if (status === 200) return location.assign(json?.redirect_url ?? '/return');
  return say(`${json.error} (${json.code})${json.detail ? `: ${json.detail}` : ''}`);
}

async function buy(tariff, button) {
  button.disabled = true;
  say('Ordering…');
  try {
    const answer = await order(tariff, true);
    // A server that does not list this page's origin sends its buyers to the configured address.
    const foreign = answer.status === 422 && String(answer.json.detail).includes('return_url');
    await follow(foreign ? await order(tariff, false) : answer);
  } catch (error) {
    say(String(error.message ?? error));
  } finally {
    button.disabled = false;
  }
}

function buyButton(tariff) {
  const button = element('button', '', 'Buy');
  button.type = 'button';
  button.setAttribute('aria-label', `Buy ${tariff.name}`);
  button.addEventListener('click', () => void buy(tariff, button));
  return button;
}

function tariffCard(tariff, entitlement) {
  const isOwn = entitlement.tariff === tariff.alias;
  const own = isOwn ? element('span', 'badge good', 'your plan') : '';
  return element(
    'article',
    'tariff',
    element('div', 'heading', element('h2', '', tariff.name), own),
    element('p', 'price', money(tariff.cost_minor)),
    element('p', 'quiet', periodText(tariff)),
    element('p', 'features', words(tariff.features)),
    ...(entitlement.active ? [] : [buyButton(tariff)]),
  );
}

/** One subscription at a time: a subscriber is led to the one they have, not to a purchase that would be refused. */
function showSubscriber(entitlement) {
  document.getElementById('subscribed').hidden = !entitlement.active;
  document.getElementById('renewal').hidden = entitlement.active;
  if (entitlement.active) document.getElementById('watch-until').replaceChildren(moment(entitlement.valid_until));
}

async function showTariffs() {
  const [tariffs, entitlement] = await Promise.all([call('/api/v1/tariffs'), call(`/api/v1/entitlements/${userId()}`)]);
  const refused = [tariffs, entitlement].find(({ status }) => status !== 200);
  if (refused !== undefined) throw new Error(`No tariffs: ${refused.json.error}`);
  showSubscriber(entitlement.json);
  document
    .getElementById('tariffs')
    .replaceChildren(...tariffs.json.map((tariff) => tariffCard(tariff, entitlement.json)));
}

showTariffs().catch((error) => {
  document.getElementById('tariffs').replaceChildren();
  say(String(error.message ?? error));
});
