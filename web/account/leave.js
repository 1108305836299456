/* global clearInterval, setInterval */
import { preview } from '../commands.js';
import { element } from '../dom.js';
import { text } from '../language.js';
import { askFirst, paragraphs } from './dialog.js';
import { effects, sumBack } from './sentences.js';
import { askWhy } from './why.js';

/** The sum that comes back falls by the kopeck while one thinks. So often it is computed again. */
const freshEveryMs = 5_000;

/** The ways to leave. Leaving now gives the unused money back; where none would come back, it is said. */
const later = { mode: 'period_end' };
const now = { mode: 'immediate', refund: 'prorated' };

async function readChoices(isRenewing) {
  const [atEnd, atOnce] = await Promise.all([
    isRenewing ? preview('subscription.cancel', later) : null,
    preview('subscription.cancel', now),
  ]);
  return [
    ...(atEnd === null ? [] : [{ name: 'later', fields: later, sum: null, lines: effects(atEnd) }]),
    {
      name: atOnce.refunds.length > 0 ? 'now' : 'now_plain',
      fields: now,
      sum: sumBack(atOnce),
      lines: [
        ...effects(atOnce, { isAtOnce: true }),
        ...(atOnce.refunds.length > 0 ? [] : [text('effect.no_money_back')]),
      ],
    },
  ];
}

function choiceElement({ name, lines }, isFirst) {
  const radio = element('input', '');
  radio.type = 'radio';
  radio.name = 'way';
  radio.value = name;
  radio.checked = isFirst;
  const says = element('span', 'quiet', lines.join(' '));
  const title = element('strong', '', text(`cancel.${name}`));
  return { radio, says, content: element('label', 'choice', radio, element('span', '', title, says)) };
}

function onlyElement({ lines }) {
  const says = element('p', '', lines.join(' '));
  return { radio: { checked: true }, says, content: says };
}

/** Asks how to leave. Resolves to the chosen way, or to null. One that does not renew ends anyway: they may end it now. */
export async function askHowToLeave({ isRenewing }) {
  let choices = await readChoices(isRenewing);
  const isOnly = choices.length === 1;
  const shown = choices.map((choice, index) => (isOnly ? onlyElement(choice) : choiceElement(choice, index === 0)));
  const name = isOnly ? 'end' : 'cancel';
  const legend = element('legend', 'visually-hidden', text('cancel.title'));
  const contents = shown.map(({ content }) => content);
  const why = askWhy();
  const changed = element('p', 'warn', '');
  changed.setAttribute('role', 'alert');
  const chosen = () => choices[shown.findIndex(({ radio }) => radio.checked)];

  async function refresh() {
    choices = await readChoices(isRenewing);
    choices.forEach(({ lines }, index) => (shown[index].says.textContent = lines.join(' ')));
  }
  const timer = setInterval(() => void refresh().catch(() => undefined), freshEveryMs);

  /** What was read is what is confirmed: a sum that has fallen since is shown, and confirmed once more. */
  async function confirm() {
    const { sum } = chosen();
    await refresh();
    const isSame = chosen().sum === sum;
    changed.textContent = isSame ? '' : text('cancel.changed');
    return isSame;
  }

  const isLeaving = await askFirst({
    title: text(`${name}.title`),
    content: [...(isOnly ? contents : [element('fieldset', 'choices', legend, ...contents)]), why.content, changed],
    back: text(isOnly ? 'dialog.back' : 'cancel.keep'),
    submit: { label: text(`${name}.submit`), leaves: true, onPress: confirm },
  });
  clearInterval(timer);
  const { name: way, fields } = chosen();
  return isLeaving ? { name: way, fields: { ...fields, ...why.read() } } : null;
}

/** Asks whether a purchase that is not paid is given up. */
export const askToGiveUp = () =>
  askFirst({
    title: text('give_up.title'),
    content: paragraphs([text('effect.page_closed')]),
    back: text('give_up.keep'),
    submit: { label: text('give_up.submit'), leaves: true },
  });
