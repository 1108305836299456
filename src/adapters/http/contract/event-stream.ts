import type { Response } from 'express';

/** Shorter than the silence (60 s) after which the server or a proxy closes a connection. */
const keepAliveMs = 15_000;
/** How soon a client that was cut off comes back, by itself: as soon as it would ask again without a stream. */
const retryMs = 2_000;

export type ServerSentEvent = {
  /** Absent: `message`, as browsers call it. */
  readonly name?: string;
  readonly data: unknown;
};

const format = ({ name, data }: ServerSentEvent): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;

/** Server-sent events until their source ends; whoever gives the source ends it when the client has gone. */
export async function writeEvents(response: Response, events: AsyncIterable<ServerSentEvent>): Promise<void> {
  // Without the last header nginx keeps events back until it has a bufferful of them.
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  // Whoever asks for the head waits for no event.
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  response.write(`retry: ${retryMs}\n\n`);
  const keepAlive = setInterval(() => response.write(': still here\n\n'), keepAliveMs);
  try {
    for await (const event of events) response.write(format(event));
  } finally {
    clearInterval(keepAlive);
  }
  response.end();
}
