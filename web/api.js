/* global fetch */
import { hasText, language, text } from './language.js';
import { userId } from './user-id.js';

/** What was refused, and what to do about it, in the language of the page. */
export class Refusal extends Error {
  constructor({ code = '0000', error }) {
    const todo = `todo.${code}`;
    super(`${error}. ${text(hasText(todo) ? todo : 'todo.0000')}`);
    this.code = code;
  }
}

/** The service did not answer; what was asked may be asked again. */
export class Offline extends Error {
  constructor() {
    super(text('problem.offline'));
  }
}

/** Only development hands out tokens. This module alone talks to the API, as the visitor. */
let token = null;
async function fetchToken() {
  const response = await fetch(`/dev/token?user=${userId()}`);
  if (!response.ok) throw new Error(text('problem.token'));
  return (await response.json()).token;
}

/** One call of the API: `{status, json}`, also for refusals. */
export async function request(path, { method = 'GET', body, headers = {} } = {}) {
  try {
    token ??= await fetchToken();
    const response = await fetch(path, {
      method,
      headers: {
        Accept: 'application/json',
        'Accept-Language': language,
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    // A page that stays open outlives its token: the next call gets a new one.
    if (response.status === 401) token = null;
    return { status: response.status, json: await response.json() };
  } catch (cause) {
    // A browser reports a connection that failed as a `TypeError`.
    throw cause instanceof TypeError ? new Offline() : cause;
  }
}

/** What is read at the path. */
export async function read(path) {
  const { status, json } = await request(path);
  if (status !== 200) throw new Refusal(json);
  return json;
}
