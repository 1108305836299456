type Connection = {
  readonly isConnected: () => boolean;
  readonly socket?: { readonly destroy: () => unknown };
  chunks: readonly Buffer[];
  bytesBuffered: number;
  bytesNeeded: number;
};
type Connect = (this: Connection) => Promise<unknown>;

/** Before each answer stands its length. */
const lengthBytes = 4;

/**
 * kafkajs connects anew with what the last connection has left: the first half of an answer, after which it cuts all further ones at the
 * wrong places, and a socket that may still deliver. Two callers at once make two sockets. So a connection begins empty, and once.
 */
export function connectAfresh(connect: Connect): Connect {
  const underWay = new WeakMap<Connection, Promise<unknown>>();
  return function connecting() {
    if (this.isConnected()) return connect.call(this);
    const going = underWay.get(this);
    if (going !== undefined) return going;
    this.socket?.destroy();
    Object.assign(this, { chunks: [], bytesBuffered: 0, bytesNeeded: lengthBytes });
    const attempt = connect.call(this).finally(() => underWay.delete(this));
    underWay.set(this, attempt);
    return attempt;
  };
}
