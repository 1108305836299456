import { afterEach, expect, it, jest } from '@jest/globals';
import express from 'express';
import { type ServerSentEvent, writeEvents } from '../../../src/adapters/http/contract/event-stream.ts';
import { startHttpServer } from '../../../src/adapters/http/server/start-http-server.ts';

afterEach(() => void jest.useRealTimers());

it('an event stream in which nothing happens is kept alive by comments, until it ends', async () => {
  jest.useFakeTimers({
    doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'],
  });
  const silence = Promise.withResolvers<null>();
  async function* events(): AsyncIterable<ServerSentEvent> {
    yield { data: 1 };
    await silence.promise;
    yield { name: 'last', data: { text: 'two\nlines' } };
  }
  const app = express().get('/', (_request, response) => writeEvents(response, events()));
  const server = await startHttpServer({ app, host: '127.0.0.1', port: 0 });
  const response = await fetch(`http://127.0.0.1:${server.port}`);
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.endsWith('data: 1\n\n')) jest.advanceTimersByTime(30_000);
    if (text.endsWith(': still here\n\n: still here\n\n')) silence.resolve(null);
  }
  expect(text).toBe(
    'retry: 2000\n\ndata: 1\n\n: still here\n\n: still here\n\nevent: last\ndata: {"text":"two\\nlines"}\n\n',
  );
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
  await server.close();
});
