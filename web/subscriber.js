/* global document, fetch, location, setTimeout */
/** The visitor as a subscriber: calls of the API with a development token, and the foot of every page. */
import { randomUuid, startAfresh, userId } from '/web/user-id.js';

export const newKey = randomUuid;
export { userId };

let token = null;

async function fetchToken() {
  const response = await fetch(`/dev/token?user=${userId()}`);
  if (!response.ok) throw new Error('no development token: is this a development server?');
  return (await response.json()).token;
}

/** One call of the API: `{status, json}`, also for refusals. */
export async function call(path, { method = 'GET', body, headers = {} } = {}) {
  token ??= await fetchToken();
  const response = await fetch(path, {
    method,
    headers: {
      Accept: 'application/json',
      Authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}

export function say(text) {
  const notice = document.getElementById('notice');
  notice.textContent = text;
  notice.hidden = text === '';
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** An element with its text and children; text never becomes markup. */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
}

/** The foot of every page: the present user, and the button that starts again as a new one. */
document.getElementById('user').textContent = userId();
document.getElementById('fresh').addEventListener('click', () => {
  startAfresh();
  location.assign('/');
});
