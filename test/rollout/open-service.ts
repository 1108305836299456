import { connect, createServer, type Server, type Socket } from 'node:net';

type Endpoint = { readonly host: string; readonly port: number };

/** A Service as kube-proxy makes it: each new connection goes to the next endpoint and stays there. It reads nothing. */
export async function openService(
  address: Endpoint,
  endpoints: () => readonly Endpoint[],
): Promise<() => Promise<void>> {
  const open = new Set<Socket>();
  let turn = 0;
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    const all = endpoints();
    const chosen = all[(turn += 1) % Math.max(1, all.length)];
    if (chosen === undefined) return void socket.resetAndDestroy();
    const upstream = connect({ ...chosen, allowHalfOpen: true });
    for (const [one, other] of [[socket, upstream] as const, [upstream, socket] as const]) {
      open.add(one);
      one.on('error', () => other.resetAndDestroy());
      one.on('close', () => open.delete(one));
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, resolve);
  });
  return async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
}
