import { button, element } from '../dom.js';
import { text } from '../language.js';

/** Where receipts are sent. The patterns are those of the API: what it would refuse is said before it is sent. */
const email = /^[!-?A-~]{1,64}@([0-9A-Za-z]([0-9A-Za-z-]{0,61}[0-9A-Za-z])?\.)+[0-9A-Za-z-]{2,63}$/;
const phone = /^\+?[1-9][0-9]{3,14}$/;

/** The fields of the command; null where it is nothing that receipts can be sent to. */
export function contactOf(written, takesPhone) {
  const trimmed = written.trim();
  const digits = trimmed.replaceAll(/[\s()-]/g, '');
  if (email.test(trimmed)) return { email: trimmed };
  return takesPhone && phone.test(digits) ? { phone: digits } : null;
}

/** What is shown of the contact as it is now. */
function nowOf(contact) {
  if (contact === null) return text('contact.none');
  return contact.usable === false
    ? text('contact.unusable', { contact: contact.masked })
    : text('contact.to', { contact: contact.masked });
}

/** Without `kinds` no receipts are made here yet, and any contact is kept. */
export function renderContact({ contact, kinds, isAwaited, may }, onPress) {
  const takesPhone = kinds?.includes('phone') ?? true;
  const input = element('input', '');
  input.id = 'contact';
  input.type = 'text';
  input.autocomplete = 'email';
  input.setAttribute('aria-describedby', 'contact-hint');
  const label = element('label', '', text(takesPhone ? 'contact.label' : 'contact.label_email'));
  label.htmlFor = input.id;
  const hint = element(
    'p',
    'quiet hint',
    text(isAwaited ? 'contact.charges' : takesPhone ? 'contact.hint' : 'contact.hint_email'),
  );
  hint.id = 'contact-hint';
  const save = element('button', isAwaited ? '' : 'plain', text('contact.save'));
  save.type = 'submit';
  save.id = 'save-contact';
  const form = element('form', 'contact', label, element('div', 'field', input, save), hint);
  form.noValidate = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const fields = contactOf(input.value, takesPhone);
    input.setAttribute('aria-invalid', String(fields === null));
    if (fields === null) {
      hint.textContent = text(takesPhone ? 'contact.wrong' : 'contact.wrong_email');
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
  return [
    element('h2', '', text('contact.title')),
    element('p', 'with-link', element('span', contact === null ? 'quiet' : '', nowOf(contact)), clear),
    may.set ? form : null,
  ];
}
