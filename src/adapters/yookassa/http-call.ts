import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';

/** An object has some kilobytes. A longer answer does not come from the provider. */
const answerBytesMax = 2_000_000;
const requestBytesMax = 100_000;
/** As many as the default of LANES: with fewer, every other charge under load opens a new connection. */
const socketsIdleMax = 64;
/**
 * Servers and balancers close an idle connection after a minute or more. One that closes while a request leaves makes its
 * outcome unknown, and the buyer waits 45 s. So ours closes first. A server that says a shorter time is believed.
 */
const socketIdleMs = 15_000;

export type HttpRequest = {
  readonly method: 'GET' | 'POST';
  /** Below the base address, query included. */
  readonly path: string;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
};

/** `failed` carries only a code, because the errors of axios contain the credentials. */
export type HttpResult =
  | { readonly kind: 'response'; readonly status: number; readonly body: string; readonly date?: string }
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
 * One request and one answer: no redirect (it would pass the credentials on), no proxy from the environment, no retry and
 * no parsing. A signal bounds the whole call, because the timeout of axios does not bound an answer that arrives slowly.
 */
export function createHttpCall(options: {
  readonly apiUrl: string;
  readonly shopId: string;
  readonly apiKey: string;
  readonly concurrencyMax: number;
  readonly socketIdleMs?: number;
  readonly answerBytesMax?: number;
}): HttpCall {
  // Every call holds one of as many slots, so no call waits unseen inside the agent.
  const agentOptions = {
    ...{ keepAlive: true, maxSockets: options.concurrencyMax, maxFreeSockets: socketsIdleMax },
    // Of silence. An idle connection is then closed; a call goes on until its own timeout.
    timeout: options.socketIdleMs ?? socketIdleMs,
  };
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
    maxContentLength: options.answerBytesMax ?? answerBytesMax,
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
      const date: unknown = response.headers['date'];
      return {
        kind: 'response',
        status: response.status,
        body: typeof response.data === 'string' ? response.data : '',
        ...(typeof date === 'string' ? { date } : {}),
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
