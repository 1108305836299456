/** Loosely typed: a missing field fails the step that needs it. */
export type Json = Readonly<Record<string, unknown>>;

export type Asked = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
};

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
};

const isRaw = (body: unknown): body is string | Uint8Array<ArrayBuffer> =>
  typeof body === 'string' || body instanceof Uint8Array;

/** One request, one answer. A redirect is returned, not followed. */
export async function call(url: string, { method, headers, body }: Asked = {}): Promise<Answer> {
  const hasBody = body !== undefined;
  const response = await fetch(url, {
    method: method ?? (hasBody ? 'POST' : 'GET'),
    redirect: 'manual',
    headers: { ...(hasBody ? { 'Content-Type': 'application/json' } : {}), ...headers },
    ...(hasBody ? { body: isRaw(body) ? body : JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  const isJson = text !== '' && response.headers.get('content-type')?.startsWith('application/json') === true;
  const json = (isJson ? JSON.parse(text) : undefined) as Json;
  return { status: response.status, headers: response.headers, text, json };
}

/** The JSON of a successful answer; any other answer throws. */
export async function jsonOf(what: string, answer: Promise<Answer>): Promise<Json> {
  const { status, json, text } = await answer;
  if (status >= 300) throw new Error(`${what} answered ${status}: ${text}`);
  return json;
}
