/* global document, location */
import { button, byId } from './dom.js';
import { chooseLanguage, language, languages, text } from './language.js';
import { startAfresh, userId } from './user-id.js';

/** What every page has: its fixed texts, the switch of languages, the notice, and the present user with a way to be a new one. */
const ownNames = { en: 'English', ru: 'Русский' };

function languageSwitch(name) {
  const made = button(ownNames[name], {
    id: `language-${name}`,
    className: 'link',
    onPress: () => chooseLanguage(name),
  });
  made.lang = name;
  made.setAttribute('aria-pressed', String(name === language));
  return made;
}

/** One sentence at the top of the page; screen readers read it aloud. `tone`: `good`, `bad` or neither. */
export function say(sentence, tone = '') {
  byId('notice').textContent = sentence;
  byId('notice').className = `notice ${tone}`;
  byId('notice').hidden = sentence === '';
}

export const sayProblem = (error) => say(String(error.message ?? error), 'bad');

for (const place of document.querySelectorAll('[data-text]')) place.textContent = text(place.dataset.text);
byId('languages').setAttribute('aria-label', text('nav.language'));
byId('languages').append(...languages.map(languageSwitch));
byId('user').textContent = userId();
byId('fresh').addEventListener('click', () => {
  startAfresh();
  location.assign('/');
});
