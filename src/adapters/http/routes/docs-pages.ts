import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import express, { type Application } from 'express';
import { type OpenApi, readEventContract } from '../contract/openapi.ts';

const decompress = promisify(brotliDecompress);
const web = new URL('../../../../web/docs/', import.meta.url);

/** The content under an address that has its hash never changes. */
const forGood = 'public, max-age=31536000, immutable';

/** The script of the reference. It is stored compressed, which browsers take as it is: 1 MB instead of 5. */
function mountReference(app: Application): string {
  const compressed = readFileSync(new URL('scalar-api-reference.js.br', web));
  const address = `/docs/reference.${createHash('sha256').update(compressed).digest('hex').slice(0, 16)}.js`;
  app.get(address, async (request, response) => {
    const takesBrotli = request.acceptsEncodings('br') === 'br';
    response.type('text/javascript').set('Cache-Control', forGood).vary('Accept-Encoding');
    if (takesBrotli) response.set('Content-Encoding', 'br');
    response.send(takesBrotli ? compressed : await decompress(compressed));
  });
  return address;
}

/** Serves both contracts as JSON and as a page that loads nothing from other hosts. */
export function mountDocs(app: Application, contract: OpenApi): void {
  const reference = mountReference(app);
  const page = readFileSync(new URL('index.html', web), 'utf8').replace('/docs/reference.js', reference);
  const events = readEventContract();
  app.get('/api/openapi.json', (_request, response) => {
    response.json(contract);
  });
  app.get('/api/asyncapi.json', (_request, response) => {
    response.json(events);
  });
  app.get('/docs', (_request, response) => {
    response.type('html').send(page);
  });
  app.use('/docs/assets', express.static(fileURLToPath(new URL('assets', web)), { index: false }));
}
