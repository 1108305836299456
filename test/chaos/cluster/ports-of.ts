import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Columns of a row of /proc/net/tcp, split at white space. */
const localColumn = 1;
const inodeColumn = 9;

/** Java's sockets are those of IPv6, also where the address is one of IPv4. */
const tables = ['/proc/net/tcp', '/proc/net/tcp6'];

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    // The file was closed after the folder was listed.
    return null;
  }
}

/** The ports of this machine that the process holds, connected ones included. Linux only, as the embedded servers are. */
export function portsOf(pid: number): ReadonlySet<number> {
  const folder = `/proc/${pid}/fd`;
  // A process that has ended holds none.
  if (!existsSync(folder)) return new Set();
  const links = new Set(readdirSync(folder).map((name) => linkOf(`${folder}/${name}`)));
  const rows = tables.flatMap((path) => readFileSync(path, 'utf8').split('\n'));
  const ports = rows.flatMap((row) => {
    const columns = row.trim().split(/\s+/);
    if (!links.has(`socket:[${columns[inodeColumn] ?? ''}]`)) return [];
    return [Number.parseInt(columns[localColumn]?.split(':').at(-1) ?? '', 16)];
  });
  return new Set(ports);
}
