import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import express, { type Application } from 'express';
import type { OpenApi } from '../contract/openapi.ts';

const require = createRequire(import.meta.url);

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>cinema-billing API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<div id="docs"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;

/** "Try it out" asks for JSON: a script cannot follow the redirect to the payment page, which is on another host. */
const start = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  validatorUrl: null,
  requestInterceptor: (request) => {
    if (request.headers?.accept === '*/*') request.headers.accept = 'application/json';
    return request;
  },
});
`;

/** Serves the contract as JSON and as a page that loads nothing from other hosts. */
export function mountDocs(app: Application, contract: OpenApi): void {
  const assets = dirname(require.resolve('swagger-ui-dist/package.json'));
  app.get('/api/openapi.json', (_request, response) => {
    response.json(contract);
  });
  app.get('/docs', (_request, response) => {
    response.type('html').send(page);
  });
  app.get('/docs/start.js', (_request, response) => {
    response.type('text/javascript').send(start);
  });
  app.use('/docs/assets', express.static(assets, { index: false, maxAge: '1h' }));
}
