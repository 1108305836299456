type Address = { readonly isSrv: boolean; readonly hasUser: boolean; readonly options: ReadonlyMap<string, string> };

/** With several hosts it is no address that URL can read. The names of options ignore case, as in the driver. */
function read(address: string): Address {
  const [place = '', query = ''] = address.split('?');
  const options = [...new URLSearchParams(query)].map(
    ([name, value]) => [name.toLowerCase(), value.toLowerCase()] as const,
  );
  const mechanism = new Map(options).get('authmechanism');
  return {
    isSrv: place.startsWith('mongodb+srv:'),
    // These two prove the user by a certificate or by the machine, not by the address.
    hasUser: /^mongodb(\+srv)?:\/\/[^@/]+@/.test(place) || ['mongodb-x509', 'mongodb-aws'].includes(mechanism ?? ''),
    options: new Map(options),
  };
}

/** As the address spells it; empty where it has none. */
export const mongodbPassword = (address: string): string =>
  /^mongodb(?:\+srv)?:\/\/[^:@/]*:([^@/]*)@/.exec(address)?.[1] ?? '';

/** Whether the address overrides what src/adapters/mongo/connection.ts sets. The driver would let it: journal=false loses writes. */
export function mongodbOverrides(address: string): boolean {
  const { options } = read(address);
  const ours = ['w', 'journal', 'j', 'wtimeout', 'wtimeoutms', 'readconcernlevel', 'readpreference', 'safe'];
  return ours.some((name) => options.has(name));
}

/** Whether an address lacks what a network of others needs. DNS names the set and TLS is on where it begins with mongodb+srv. */
export function mongodbFaults(address: string): boolean {
  const { isSrv, hasUser, options } = read(address);
  const tls = options.get('tls') ?? options.get('ssl') ?? String(isSrv);
  const blind = ['tlsinsecure', 'tlsallowinvalidcertificates', 'tlsallowinvalidhostnames'];
  const isBlind = blind.some((name) => options.get(name) === 'true');
  return tls !== 'true' || isBlind || !hasUser || (!isSrv && !options.has('replicaset'));
}
