import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { answerApi, isAbout, namesOf } from './api.ts';
import type { Config } from './config.ts';
import { answerControl } from './control.ts';
import { refusal } from './errors.ts';
import type { Fault } from './faults.ts';
import { moneyOff } from './money-off.ts';
import { answerPage } from './page.ts';
import type { Answer, RawRequest } from './router.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';
import { sweepExpired } from './sweep.ts';

/** Far above any request of the provider's API. */
const maxBodyBytes = 1024 * 1024;
/** How often pages that expired on the running clock are canceled without a request. */
const sweepEveryMs = 1_000;
const jsonType = 'application/json;charset=UTF-8';
const garbage: Answer = { status: 200, body: '<html><body>502 Bad Gateway</body></html>' };
const gateway: Answer = { status: 403, body: '<html><body>403 Forbidden</body></html>' };

/** Reads a body that is too large to its end and drops it, so that the sender receives the refusal. */
async function readText(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= maxBodyBytes) chunks.push(chunk);
  }
  return sizeBytes > maxBodyBytes ? null : Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body);
}

/** Spoils the answer of a call as planned; what the call did stays done. */
async function sendSpoilt(response: ServerResponse, answer: Answer, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case 'latency':
      await wait(fault.ms);
      send(response, answer.status, jsonType, answer.body);
      return;
    case 'hang':
      // The connection stays open until the caller gives up, at most for a bounded time, and then drops.
      await wait(fault.ms, undefined, { ref: false });
      response.destroy();
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'error_500_done': {
      const error = refusal('internal');
      send(response, error.status, jsonType, JSON.stringify(error.body));
      return;
    }
    case 'garbage': {
      send(response, garbage.status, jsonType, garbage.body);
      return;
    }
    case 'gateway_refusal':
      send(response, gateway.status, 'text/html', gateway.body);
      return;
    case 'wrong_amount':
      send(response, answer.status, jsonType, moneyOff(answer.body));
      return;
    // The fault has changed or refused the operation itself, so its answer is sent unchanged.
    case 'error_500_not_done':
    case 'too_many_requests':
    case 'pending_then_succeeded':
      send(response, answer.status, jsonType, answer.body);
      return;
  }
}

/** A header holds ASCII only, so other characters are encoded as a browser does it. */
const asHeader = (url: string): string => url.replace(/[^\x21-\x7e]+/gu, encodeURIComponent);

async function handleApi(sandbox: Sandbox, raw: RawRequest, response: ServerResponse): Promise<void> {
  const fault = sandbox.faults.take(namesOf(raw), (text) => isAbout(sandbox, raw, text));
  const answer = answerApi(sandbox, raw, fault);
  sandbox.notifications.wake();
  if (fault === null) send(response, answer.status, jsonType, answer.body);
  else await sendSpoilt(response, answer, fault);
}

/** Short beside the second that is measured. */
const beatEveryMs = 10;

/** A call is under way from its first byte to the last of its answer, or to the end of its connection. */
function measure({ load }: Sandbox, request: IncomingMessage, response: ServerResponse): void {
  if (request.url?.startsWith('/v3/') === true) response.once('close', load.arrive());
}

async function handle(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://sandbox');
  const text = await readText(request);
  if (url === null || text === null) {
    send(response, url === null ? 400 : 413, jsonType, JSON.stringify(refusal('badJson').body));
    return;
  }
  const { method = 'GET', headers } = request;
  const raw: RawRequest = { method, path: url.pathname, query: url.searchParams, headers, text };
  if (raw.path.startsWith('/v3/')) return handleApi(sandbox, raw, response);
  if (raw.path.startsWith('/checkout/')) {
    const page = answerPage(sandbox, raw);
    if ('html' in page) send(response, page.status, 'text/html;charset=UTF-8', page.html);
    else response.writeHead(303, { Location: asHeader(page.location) }).end();
  } else {
    const answer = answerControl(sandbox, raw);
    send(response, answer.status, jsonType, answer.body);
  }
  sandbox.notifications.wake();
}

const listen = (server: Server, config: Config): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, () => resolve());
  });

export type RunningSandbox = { readonly url: string; close(): Promise<void> };

/** Idle connections of pooled clients must outlive a pause between two calls. */
const keepAliveMs = 65_000;

/**
 * Starts the sandbox; port 0 takes a free one. The port is taken before the journal is opened: a second sandbox started by
 * mistake ends before it touches the data of the first. Notifications of an earlier run are sent on.
 */
export async function startSandbox(config: Config): Promise<RunningSandbox> {
  const server = createServer({ keepAliveTimeout: keepAliveMs });
  await listen(server, config);
  const url = `http://${config.host}:${(server.address() as AddressInfo).port}`;
  const sandbox = openSandbox(config, config.publicUrl === '' ? url : config.publicUrl);
  server.on('request', (request, response) => {
    measure(sandbox, request, response);
    handle(sandbox, request, response).catch((error: unknown) => {
      console.error(JSON.stringify({ level: 'error', message: 'sandbox request failed', error: String(error) }));
      if (response.headersSent) response.destroy();
      else send(response, 500, jsonType, JSON.stringify(refusal('internal').body));
    });
  });
  const beats = setInterval(sandbox.load.beat, beatEveryMs);
  const sweeper = setInterval(() => {
    sweepExpired(sandbox);
    sandbox.store.flush();
    sandbox.notifications.wake();
  }, sweepEveryMs);
  sandbox.notifications.wake();
  const close = async (): Promise<void> => {
    clearInterval(beats);
    clearInterval(sweeper);
    sandbox.notifications.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    sandbox.store.close();
  };
  return { url, close };
}
