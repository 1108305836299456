import { button, element } from '../dom.js';
import { text } from '../language.js';

/** Where receipts are sent. The patterns are those of the API: what it would refuse is said before it is sent. */
const email = /^[!-?A-~]{1,64}@([0-9A-Za-z]([0-9A-Za-z-]{0,61}[0-9A-Za-z])?\.)+[0-9A-Za-z-]{2,63}$/;
const phone = /^\+?[1-9][0-9]{3,14}$/;

/** The fields of the command; null where it is neither an address nor a number. */
export function contactOf(written) {
  const trimmed = written.trim();
  const digits = trimmed.replaceAll(/[\s()-]/g, '');
  if (email.test(trimmed)) return { email: trimmed };
  return phone.test(digits) ? { phone: digits } : null;
}

export function renderContact({ contact, isAwaited, may }, onPress) {
  const input = element('input', '');
  input.id = 'contact';
  input.type = 'text';
  input.autocomplete = 'email';
  input.setAttribute('aria-describedby', 'contact-hint');
  const label = element('label', '', text('contact.label'));
  label.htmlFor = input.id;
  const hint = element('p', 'quiet hint', text(isAwaited ? 'contact.charges' : 'contact.hint'));
  hint.id = 'contact-hint';
  const save = element('button', isAwaited ? '' : 'plain', text('contact.save'));
  save.type = 'submit';
  save.id = 'save-contact';
  const form = element('form', 'contact', label, element('div', 'field', input, save), hint);
  form.noValidate = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const fields = contactOf(input.value);
    input.setAttribute('aria-invalid', String(fields === null));
    if (fields === null) {
      hint.textContent = text('contact.wrong');
      hint.className = 'hint bad';
      input.focus();
    } else {
      onPress({ name: 'set_contact', fields });
    }
  });
  const clear =
    contact !== null && may.clear
      ? button(text('contact.clear'), {
          id: 'clear-contact',
          className: 'link quiet',
          onPress: () => onPress({ name: 'clear_contact' }),
        })
      : null;
  const now = contact === null ? text('contact.none') : text('contact.to', { contact: contact.masked });
  return [
    element('h2', '', text('contact.title')),
    element('p', 'with-link', element('span', contact === null ? 'quiet' : '', now), clear),
    may.set ? form : null,
  ];
}
