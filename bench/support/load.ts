import { Agent, request } from 'node:http';
import { inLanes } from './seed-subscribers.ts';

export type Call = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};
export type Load = { readonly perSecond: number; readonly latencies: readonly number[] };

/** So many calls over so many connections; each connection sends its next call as soon as the last one is answered. */
export async function load(calls: readonly Call[], connections: number, status: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  const startedMs = performance.now();
  await inLanes(calls, connections, async (call) => {
    const sentMs = performance.now();
    const answered = await send(call, agent);
    if (answered !== status) throw new Error(`${call.method} ${call.url} answered ${answered}, not ${status}`);
    latencies.push(performance.now() - sentMs);
  });
  agent.destroy();
  return { perSecond: (calls.length * 1000) / (performance.now() - startedMs), latencies };
}

function send({ method, url, headers, body }: Call, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
