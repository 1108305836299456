import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type SentryEvent = {
  readonly level: string;
  readonly message: string;
  readonly release: string;
  readonly environment: string;
  readonly server_name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly exception: {
    readonly values: readonly {
      readonly type: string;
      readonly value: string;
      readonly stacktrace?: { readonly frames: readonly { readonly filename?: string; readonly lineno?: number }[] };
    }[];
  };
};

/** A fake Sentry: it receives envelopes, line by line JSON. With `answers` false it accepts and never answers. */
export async function startSentryIngest(answers = true) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      bodies.push(`${request.url ?? ''}\n${JSON.stringify(request.headers)}\n${body}`);
      if (answers) response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    dsn: `http://publickey@127.0.0.1:${port}/42`,
    /** Everything received, headers included, as text. */
    bodies,
    /** The event of each envelope: its header, the item's header, the item. */
    events: () => bodies.map((body) => JSON.parse(body.split('\n')[4] ?? 'null') as SentryEvent),
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
