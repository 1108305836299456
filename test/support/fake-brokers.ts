import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What a broker was sent: the partitions of one produce request. */
export type Produced = { readonly broker: number; readonly partitions: readonly number[] };

/** Two brokers that speak as much of Kafka's protocol as a producer needs. Tests say who leads, and who refuses. */
export type FakeBrokers = {
  readonly addresses: readonly string[];
  readonly produced: readonly Produced[];
  readonly close: () => void;
};

export type Behaviour = {
  readonly topic: string;
  /** The broker that leads each partition, at this moment; -1: none. */
  readonly leaders: () => readonly number[];
  /** The error code that a partition of a produce request is answered with; 0 is success. */
  readonly answer: (produced: Produced, partition: number) => number;
};

const produceKey = 0;
const metadataKey = 3;
const apiVersionsKey = 18;
const produceVersion = 3;
const metadataVersion = 1;
const sizeBytes = 4;
const leaderNotAvailable = 5;

const int8 = (value: number): Buffer => Buffer.from([value]);
function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
const int64 = (value: number): Buffer => Buffer.concat([int32(0), int32(value)]);
const text = (value: string): Buffer => Buffer.concat([int16(value.length), Buffer.from(value)]);
const list = (items: readonly Buffer[]): Buffer => Buffer.concat([int32(items.length), ...items]);

/** Reads the fields of a request one after the other. */
function reader(bytes: Buffer): {
  readonly int16: () => number;
  readonly int32: () => number;
  skip: (n: number) => void;
} {
  let at = 0;
  const after = (count: number): number => (at += count) - count;
  return {
    int16: () => bytes.readInt16BE(after(2)),
    int32: () => bytes.readInt32BE(after(4)),
    skip: (count) => void after(Math.max(count, 0)),
  };
}

/** Version 3: the transaction, acks and time-out come before the topics; this speaks of one topic. */
function partitionsOf(request: ReturnType<typeof reader>): readonly number[] {
  request.skip(request.int16());
  request.skip(2 + 4 + 4);
  request.skip(request.int16());
  return Array.from({ length: request.int32() }, () => {
    const partition = request.int32();
    request.skip(request.int32());
    return partition;
  });
}

const versions = Buffer.concat([
  int16(0),
  list(
    [
      [produceKey, produceVersion],
      [metadataKey, metadataVersion],
      [apiVersionsKey, 0],
    ].map(([key = 0, version = 0]) => Buffer.concat([int16(key), int16(version), int16(version)])),
  ),
]);

export async function startFakeBrokers(behaviour: Behaviour): Promise<FakeBrokers> {
  const ids = [0, 1];
  const produced: Produced[] = [];
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const portOf = (id: number): number => (servers[id]?.address() as AddressInfo).port;

  const metadata = (): Buffer =>
    Buffer.concat([
      list(ids.map((id) => Buffer.concat([int32(id), text('127.0.0.1'), int32(portOf(id)), int16(-1)]))),
      int32(0),
      list([
        Buffer.concat([
          int16(0),
          text(behaviour.topic),
          int8(0),
          list(
            behaviour
              .leaders()
              .map((leader, partition) =>
                Buffer.concat([
                  ...[int16(leader < 0 ? leaderNotAvailable : 0), int32(partition), int32(leader)],
                  ...[list(ids.map(int32)), list(ids.map(int32))],
                ]),
              ),
          ),
        ]),
      ]),
    ]);

  function answer(broker: number, key: number, request: ReturnType<typeof reader>): Buffer {
    if (key === apiVersionsKey) return versions;
    if (key === metadataKey) return metadata();
    const one = { broker, partitions: partitionsOf(request) };
    produced.push(one);
    const answers = one.partitions.map((id) =>
      Buffer.concat([int32(id), int16(behaviour.answer(one, id)), int64(0), int64(0)]),
    );
    return Buffer.concat([list([Buffer.concat([text(behaviour.topic), list(answers)])]), int32(0)]);
  }

  function serve(broker: number, socket: Socket): void {
    let waiting = Buffer.alloc(0);
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      waiting = Buffer.concat([waiting, Buffer.from(bytes)]);
      while (waiting.length >= sizeBytes && waiting.length >= sizeBytes + waiting.readInt32BE(0)) {
        const size = waiting.readInt32BE(0);
        const request = reader(waiting.subarray(sizeBytes, sizeBytes + size));
        waiting = waiting.subarray(sizeBytes + size);
        const key = request.int16();
        request.skip(2);
        const correlation = int32(request.int32());
        request.skip(request.int16());
        const body = Buffer.concat([correlation, answer(broker, key, request)]);
        socket.write(Buffer.concat([int32(body.length), body]));
      }
    });
  }

  for (const id of ids) {
    const server = createServer((socket) => serve(id, socket));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  return {
    addresses: ids.map((id) => `127.0.0.1:${portOf(id)}`),
    produced,
    close: () => {
      for (const server of servers) server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
