/* global document, location */
import { call, element, newKey, pause, say, startAfresh, userId } from '/web/subscriber.js';

/** A minute of asking for a command's outcome; after that something is down, and the visitor should know. */
const asksMax = 30;

const roubles = new Intl.NumberFormat('ru', {
  style: 'currency',
  currency: 'RUB',
  trailingZeroDisplay: 'stripIfInteger',
});
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

function tariffCard(tariff) {
  const button = element('button', '', 'Buy');
  button.type = 'button';
  button.addEventListener('click', () => void buy(tariff, button));
  return element(
    'article',
    'tariff',
    element('h3', '', tariff.name),
    element('p', 'price', roubles.format(tariff.cost_minor / 100)),
    element('p', 'quiet', periodText(tariff)),
    button,
  );
}

async function showTariffs() {
  const { status, json } = await call('/api/v1/tariffs');
  const shown = status === 200 ? json.map(tariffCard) : [element('p', 'quiet', `No tariffs: ${json.error}`)];
  document.getElementById('tariffs').replaceChildren(...shown);
}

document.getElementById('user').textContent = userId();
document.getElementById('fresh').addEventListener('click', () => {
  startAfresh();
  location.reload();
});
showTariffs().catch((error) => say(String(error.message ?? error)));
