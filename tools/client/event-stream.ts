/** An event as the running API shows it in development: read from Kafka by the registry, decoded. */
export type SeenEvent = {
  readonly topic: string;
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly sequence: string | null;
  readonly data: Readonly<Record<string, unknown>>;
};

export type EventStream = {
  readonly seen: () => readonly SeenEvent[];
  /** The first event of the type after the first `from` ones; throws when it does not come in time. */
  readonly next: (type: string, from: number) => Promise<SeenEvent>;
  readonly close: () => void;
};

/** How long to wait for one event of the tour. */
const patienceMs = 30_000;

async function* decoded(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  for await (const chunk of body) yield decoder.decode(chunk, { stream: true });
}

/** Collects every event of a user from the beginning of the topics on. */
export async function followEvents(api: string, userId: string): Promise<EventStream> {
  const ending = new AbortController();
  const events: SeenEvent[] = [];
  let arrived = Promise.withResolvers<null>();
  const answer = await fetch(`${api}/dev/events?user=${userId}`, { signal: ending.signal });
  if (!answer.ok || answer.body === null) throw new Error(`the event stream answered ${answer.status}`);
  void read(answer.body).catch(() => undefined);

  async function read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    for await (const chunk of decoded(body)) {
      const parts = (text + chunk).split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) if (part.startsWith('data: ')) events.push(JSON.parse(part.slice(6)) as SeenEvent);
      arrived.resolve(null);
      arrived = Promise.withResolvers();
    }
  }

  async function next(type: string, from: number): Promise<SeenEvent> {
    const deadline = AbortSignal.timeout(patienceMs);
    const late = new Promise<void>((resolve) => deadline.addEventListener('abort', () => resolve(), { once: true }));
    for (;;) {
      const found = events.slice(from).find((event) => event.type === type);
      if (found !== undefined) return found;
      if (deadline.aborted)
        throw new Error(
          `${type} did not happen within ${patienceMs / 1000} s; seen: ${
            events
              .slice(from)
              .map((event) => event.type)
              .join(', ') || 'nothing'
          }`,
        );
      await Promise.race([arrived.promise, late]);
    }
  }

  return { seen: () => events, next, close: () => ending.abort() };
}
