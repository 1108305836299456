/* global location */
import { read } from './api.js';
import { button, byId, element } from './dom.js';
import { featureOf, money, percent, periodOf, priceOf } from './format.js';
import { say, sayProblem } from './frame.js';
import { text } from './language.js';
import { goToPage } from './pay-page.js';
import { purchaseOf } from './purchase.js';
import { sentencesOf, termsOf } from './terms.js';
import { userId } from './user-id.js';
import { savingOf, sortTariffs } from './tariff-list.js';

const renews = () => byId('renew').checked;

async function buy(tariff, pressed) {
  pressed.disabled = true;
  say(text('wait.working'));
  try {
    const order = await purchaseOf(tariff, { renew: renews() });
    const isDone = (await goToPage('subscription.pay', order)) !== null;
    if (isDone) location.assign('/return');
  } catch (error) {
    sayProblem(error);
  } finally {
    pressed.disabled = false;
  }
}

function savingElement(tariff, tariffs) {
  const saving = savingOf(tariff, tariffs);
  if (saving === null) return null;
  const sum = money({ amount_minor: saving.amountMinor, currency: tariff.currency });
  return element('p', 'saving', text('tariffs.saving', { sum, percent: percent(saving.part) }));
}

/** What one agrees to by buying, beside the price. */
function terms(tariff) {
  const sentences = renews() ? sentencesOf(termsOf(tariff, null), { isNow: true }) : [text('tariffs.once')];
  return element('p', 'terms quiet', sentences.join(' '));
}

function tariffCard(tariff, tariffs, entitlement) {
  const isOwn = entitlement.tariff === tariff.alias;
  const buyIt = button(text('tariffs.buy'), {
    id: `buy-${tariff.alias}`,
    name: text('tariffs.buy_named', { name: tariff.name }),
    onPress: (pressed) => void buy(tariff, pressed),
  });
  return element(
    'article',
    'tariff',
    element(
      'div',
      'heading',
      element('h2', '', tariff.name),
      isOwn ? element('span', 'badge good', text('tariffs.yours')) : null,
    ),
    element('p', 'price', element('strong', '', priceOf(tariff)), ` ${periodOf(tariff)}`),
    entitlement.active ? null : terms(tariff),
    savingElement(tariff, tariffs),
    element('ul', 'features', ...tariff.features.map((name) => element('li', '', featureOf(name)))),
    entitlement.active ? null : buyIt,
  );
}

/** One subscription at a time: a subscriber is led to the one they have, not to a purchase that would be refused. */
function showSubscriber({ active }) {
  byId('subscribed').hidden = !active;
  byId('renewal').hidden = active;
}

async function showTariffs() {
  const [listed, entitlement] = await Promise.all([read('/api/v1/tariffs'), read(`/api/v1/entitlements/${userId()}`)]);
  const tariffs = sortTariffs(listed);
  showSubscriber(entitlement);
  const show = () =>
    byId('tariffs').replaceChildren(...tariffs.map((tariff) => tariffCard(tariff, tariffs, entitlement)));
  byId('renew').addEventListener('change', show);
  show();
}

showTariffs().catch((error) => {
  byId('tariffs').replaceChildren();
  sayProblem(error);
});
