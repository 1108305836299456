import { relative } from 'node:path';
import type { StackAddresses } from '../../stack/embedded-stack.ts';
import { type Folders, projectRoot } from '../../stack/folders.ts';
import type { Ports } from '../../stack/ports.ts';

type Facts = {
  readonly ports: Ports;
  readonly addresses: StackAddresses;
  readonly folders: Folders;
  readonly purchase: string;
  readonly userId: string;
  readonly seconds: string;
};

/** What a newcomer sees when the system is up: addresses, commands and a first purchase. */
export function firstScreen({ ports, addresses, folders, purchase, userId, seconds }: Facts): string {
  const page = `http://127.0.0.1:${ports.api}/`;
  const logs = relative(projectRoot, folders.logs) || folders.logs;
  return `
cinema-billing is up (${seconds} s).  Open  ${page}

  Test cards   5555555555554444  succeeds                  5555555555554477  asks for 3-D Secure
               5555555555554600  insufficient funds        5555555555554642  succeeds, then declines renewals

  API          ${page}   description ${page}docs
  metrics      http://127.0.0.1:${ports.apiMetrics}/metrics   consumers :${ports.consumersMetrics}   jobs :${ports.jobsMetrics}
  sandbox      http://127.0.0.1:${ports.sandbox}   (stands in for YooKassa)
  Kafka        ${addresses.KAFKA_BROKERS}
  MongoDB      ${withoutPassword(addresses.MONGODB_URL)}
  registry     ${addresses.SCHEMA_REGISTRY_URL}
  logs         ${logs}/{api,consumers,jobs,sandbox,kafka,mongod,registry}.log

  Buy by curl; open the redirect_url that it answers:
    ${purchase}

  Watch the events   npm run tail -- --user ${userId}     (--type narrows them; in another terminal)
  A guided tour      npm run tour
  Stop               Ctrl-C here, or npm stop elsewhere; npm run reset deletes all data
`;
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//***@');
}
