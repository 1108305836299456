import { element } from '../dom.js';
import { text } from '../language.js';

const reasons = [
  '',
  'too_expensive',
  'not_using',
  'missing_content',
  'technical_problems',
  'switched_service',
  'temporary',
  'other',
];

function optionOf(name) {
  const option = element('option', '', text(`reason.${name}`));
  option.value = name;
  return option;
}

/** Asks why one leaves. Nothing has to be answered; `read` gives the fields of the command that were. */
export function askWhy() {
  const select = element('select', '', ...reasons.map(optionOf));
  select.id = 'why';
  const words = element('textarea', '');
  words.id = 'words';
  words.rows = 2;
  words.maxLength = 1000;
  const labelOf = (field, name) => {
    const label = element('label', '', text(name));
    label.htmlFor = field.id;
    return label;
  };
  const content = element('div', 'why', labelOf(select, 'cancel.why'), select, labelOf(words, 'cancel.words'), words);
  return {
    content,
    read: () => ({
      ...(select.value === '' ? {} : { reason: select.value }),
      ...(words.value.trim() === '' ? {} : { comment: words.value.trim() }),
    }),
  };
}
