/* global crypto, document, fetch, localStorage, location, setTimeout */
/** Who the visitor is: an id kept in this browser, and a development token for it. */
const storageKey = 'cinema-billing-user';

function randomUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export const newKey = randomUuid;

function startAfresh() {
  localStorage.setItem(storageKey, randomUuid());
}

if (localStorage.getItem(storageKey) === null) startAfresh();

export const userId = () => localStorage.getItem(storageKey);

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
