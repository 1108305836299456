import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { rateKey } from '../routes/client-address.ts';

/**
 * Closes what one address opens beyond its own bound. Otherwise a host with idle sockets takes every connection of the process, and
 * its neighbours are closed.
 */
export function boundAddresses(server: Server, connectionsMax: number): void {
  const counts = new Map<string, number>();
  server.prependListener('connection', (socket: Socket) => {
    const address = rateKey(socket.remoteAddress ?? '');
    const count = (counts.get(address) ?? 0) + 1;
    if (count > connectionsMax) {
      socket.destroy();
      return;
    }
    counts.set(address, count);
    socket.once('close', () => {
      const left = (counts.get(address) ?? 0) - 1;
      if (left > 0) counts.set(address, left);
      else counts.delete(address);
    });
  });
}
