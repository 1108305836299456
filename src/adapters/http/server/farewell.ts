import type { Server, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const checkMs = 50;

const connectionsOf = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });

/**
 * A balancer keeps connections and may be sending a request on an idle one at the moment when it is closed. That request is
 * lost, and a purchase must not be repeated for the client. So before its end a server says with every answer that the
 * connection closes. It ends when all have left, or after `msMax`: a connection that was idle so long is used by no one.
 */
export function prepareFarewell(server: Server): (msMax: number) => Promise<void> {
  const underWay = new Set<ServerResponse>();
  let isEnding = false;
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (isEnding) response.setHeader('Connection', 'close');
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
  });
  return async (msMax) => {
    isEnding = true;
    for (const response of underWay) if (!response.headersSent) response.setHeader('Connection', 'close');
    for (let waitedMs = 0; waitedMs < msMax && (await connectionsOf(server)) > 0; waitedMs += checkMs)
      await pause(checkMs);
  };
}
