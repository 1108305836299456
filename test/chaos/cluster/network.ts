import { type AddressInfo, createServer, type Server } from 'node:net';
import { type Connection, joinTo } from './connection.ts';
import { portsOf } from './ports-of.ts';

/** The network between nodes, and between nodes and our processes. */
export type Network<Name extends string> = {
  /** Opens a way to a node, and returns the port where all others reach it. */
  readonly openWayTo: (name: Name, port: number) => Promise<number>;
  /** Cuts every connection of the node, to it and from it, but those to itself. */
  readonly cut: (name: Name) => void;
  readonly heal: (name: Name) => void;
  /** Ends every connection, and refuses new ones. */
  readonly close: () => void;
};

type Way<Name> = {
  readonly to: Name;
  /** Of the one who connects: the only sign of who that is. */
  readonly fromPort: number;
  readonly connection: Connection;
  /** Nodes that are cut off and at one end of it. */
  readonly heldFor: Set<Name>;
};

/** `pidOf` tells who connects: proxies need no root, and nodes no addresses of their own. */
export function createNetwork<Name extends string>(pidOf: (name: Name) => number): Network<Name> {
  const servers: Server[] = [];
  const ways = new Set<Way<Name>>();
  const away = new Set<Name>();
  function holdFor(name: Name, among: Iterable<Way<Name>>): void {
    const own = portsOf(pidOf(name));
    for (const way of among) {
      const isFromIt = own.has(way.fromPort);
      if ((way.to === name) === isFromIt) continue;
      way.heldFor.add(name);
      way.connection.hold();
    }
  }
  return {
    openWayTo: async (name, port) => {
      const server = createServer({ noDelay: true }, (client) => {
        const connection = joinTo(client, port, () => ways.delete(way));
        const way: Way<Name> = { to: name, fromPort: client.remotePort ?? 0, connection, heldFor: new Set() };
        ways.add(way);
        for (const one of away) holdFor(one, [way]);
        if (way.heldFor.size === 0) connection.release();
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port;
    },
    cut: (name) => {
      away.add(name);
      holdFor(name, ways);
    },
    heal: (name) => {
      away.delete(name);
      for (const way of ways) if (way.heldFor.delete(name) && way.heldFor.size === 0) way.connection.release();
    },
    close: () => {
      for (const server of servers) server.close();
      for (const { connection } of ways) connection.end();
    },
  };
}
