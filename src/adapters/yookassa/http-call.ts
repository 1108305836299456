import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';

/** Answers are a few kilobytes, a full list page some hundred; more is not the provider speaking. */
const answerBytesMax = 2_000_000;
const requestBytesMax = 100_000;
/** As many as there are lanes: with fewer, a drain closes and opens a connection for every other charge. */
const socketsIdleMax = 64;

export type HttpRequest = {
  readonly method: 'GET' | 'POST';
  /** Below the base address, query included. */
  readonly path: string;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
};

/** `failed` carries a code and nothing else: the client's own errors hold the credentials. */
export type HttpResult =
  | { readonly kind: 'response'; readonly status: number; readonly body: string }
  | { readonly kind: 'failed'; readonly code: string };

export type HttpCall = {
  readonly call: (request: HttpRequest) => Promise<HttpResult>;
  readonly close: () => void;
};

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'UNEXPECTED';

/**
 * One request, one answer: no redirect (it would carry the credentials away), no proxy from the environment, no
 * repeat, no parsing. The client's own time limit does not bound a dripping answer, so a signal does.
 */
export function createHttpCall(options: {
  readonly apiUrl: string;
  readonly shopId: string;
  readonly apiKey: string;
  readonly concurrencyMax: number;
}): HttpCall {
  // Every call holds a slot of the same number, so none waits inside the agent, where nobody would know of it.
  const agentOptions = { keepAlive: true, maxSockets: options.concurrencyMax, maxFreeSockets: socketsIdleMax };
  const httpAgent = new HttpAgent(agentOptions);
  const httpsAgent = new HttpsAgent(agentOptions);
  const client = axios.create({
    baseURL: options.apiUrl,
    allowAbsoluteUrls: false,
    auth: { username: options.shopId, password: options.apiKey },
    httpAgent,
    httpsAgent,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: answerBytesMax,
    maxBodyLength: requestBytesMax,
    decompress: false,
    responseType: 'text',
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
    validateStatus: () => true,
    transitional: { silentJSONParsing: false, forcedJSONParsing: false },
  });
  const call = async (request: HttpRequest): Promise<HttpResult> => {
    try {
      const response = await client.request<unknown>({
        method: request.method,
        url: request.path,
        headers: { Accept: 'application/json', 'Accept-Encoding': 'identity', ...request.headers },
        signal: AbortSignal.timeout(request.timeoutMs),
        ...(request.body === null ? {} : { data: request.body }),
      });
      return {
        kind: 'response',
        status: response.status,
        body: typeof response.data === 'string' ? response.data : '',
      };
    } catch (error) {
      return { kind: 'failed', code: codeOf(error) };
    }
  };
  return {
    call,
    close: () => {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}
