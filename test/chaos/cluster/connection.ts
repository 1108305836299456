import { connect, type Socket } from 'node:net';

/** One connection through a proxy. While it is held, bytes wait as they do in a network that loses every packet. */
export type Connection = {
  readonly hold: () => void;
  readonly release: () => void;
  readonly end: () => void;
};

/**
 * Joins a client to a port of this machine. A held connection shows nothing of the other side, not even its end, and what was
 * sent meanwhile arrives late. One that begins held is accepted, because a proxy cannot lose the first packet.
 */
export function joinTo(client: Socket, port: number, onClose: () => void): Connection {
  let server: Socket | null = null;
  let isHeld = true;
  let isOver = false;
  const end = (): void => {
    client.destroy();
    server?.destroy();
    onClose();
  };
  const onEnd = (): void => {
    isOver = true;
    if (!isHeld) end();
  };
  const watch = (socket: Socket): void => {
    socket.on('error', onEnd);
    socket.on('close', onEnd);
  };
  watch(client);
  client.pause();
  return {
    hold: () => {
      isHeld = true;
      if (server === null) return;
      client.unpipe(server);
      server.unpipe(client);
      client.pause();
      server.pause();
    },
    release: () => {
      isHeld = false;
      if (isOver) {
        end();
        return;
      }
      if (server === null) {
        server = connect({ host: '127.0.0.1', port });
        server.setNoDelay(true);
        watch(server);
      }
      client.pipe(server);
      server.pipe(client);
    },
    end,
  };
}
