import { relative } from 'node:path';
import type { StackAddresses } from './embedded-stack.ts';
import { projectRoot } from './folders.ts';
import type { Folders } from './folders.ts';
import type { Ports } from './ports.ts';

type Facts = {
  readonly ports: Ports;
  readonly addresses: StackAddresses;
  readonly folders: Folders;
  readonly token: string | undefined;
  readonly userId: string;
  readonly seconds: string;
};

/** What a newcomer sees when everything is up: where to click, what to type, where to look. */
export function firstScreen({ ports, addresses, folders, token, userId, seconds }: Facts): string {
  const page = `http://127.0.0.1:${ports.api}/`;
  const logs = relative(projectRoot, folders.logs) || folders.logs;
  const shownToken = token ?? '$(npm run -s token -- --user ' + userId + ' | tail -1)';
  return `
cinema-billing is up (${seconds} s).  Open  ${page}

  Buy with a test card:  5555555555554444  succeeds        5555555555554477  asks for 3-D Secure
                         5555555555554600  no funds        5555555555554642  succeeds, declines the renewal

  API              ${page}    health and metrics on ${ports.apiMetrics}
  API description  ${page}docs
  YooKassa sandbox http://127.0.0.1:${ports.sandbox}
  Kafka            ${addresses.KAFKA_BROKERS}
  MongoDB          ${addresses.MONGODB_URL}
  schema registry  ${addresses.SCHEMA_REGISTRY_URL}
  logs             ${logs}/{api,consumers,jobs,sandbox,kafka,mongod,registry}.log

  Buy by curl:
    TOKEN=${shownToken}
    TARIFF=$(curl -s ${page}api/v1/tariffs -H "Authorization: Bearer $TOKEN" | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["id"])')
    curl -s -X POST ${page}api/v1/subscriptions/yookassa/buy -H "Authorization: Bearer $TOKEN" \\
      -H 'Content-Type: application/json' -H 'Accept: application/json' -d "{\\"tariff_id\\":\\"$TARIFF\\",\\"renew\\":true}"

  Watch the events:  npm run tail -- --user ${userId}      (also --type, in another terminal)
  A guided story:    npm run tour
  Stop:              Ctrl-C here, or npm stop elsewhere; npm run reset forgets everything
`;
}
