import type { Response } from 'express';

/** Shorter than the silence (60 s) after which the server or a proxy closes a connection. */
const keepAliveMs = 15_000;
/** A disconnected client reconnects by itself after this time, as soon as it would poll without a stream. */
const retryMs = 2_000;

export type ServerSentEvent = {
  /** Absent: browsers dispatch it as `message`. */
  readonly name?: string;
  readonly data: unknown;
};

const format = ({ name, data }: ServerSentEvent): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;

/** Writes server-sent events until their source ends. The caller ends the source when the client disconnects. */
export async function writeEvents(response: Response, events: AsyncIterable<ServerSentEvent>): Promise<void> {
  // Without the last header nginx buffers the events.
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
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
