import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { createHttpApp } from '../../../src/adapters/http/server/create-http-app.ts';
import { inlinedOpenApi, operationsOf, readOpenApi } from '../../../src/adapters/http/contract/openapi.ts';
import { type ProblemCode, problemTexts, reasonsOf, rejections } from '../../../src/adapters/http/contract/problem.ts';
import { isCommandOperation } from '../../../src/adapters/http/routes/command-routes.ts';
import { describePurchase } from '../../../src/domain/model/describe.ts';
import { sampleTariff } from '../../contract/samples.ts';
import { createAjv } from '../../../src/adapters/http/contract/request-validator.ts';

type Layer = { route?: { path: string; methods: Record<string, boolean> } };

/** The routes of Express, without the catch-all that refuses other methods and without the assets of pages. */
function mounted(): string[] {
  const nothing = {} as never;
  const app = createHttpApp(
    {
      clock: { now: () => 0, monotonicMs: () => 0, wait: () => Promise.resolve() },
      store: { load: nothing, findCommands: nothing, findMany: nothing },
      testClocks: { clocks: nothing, mirror: nothing },
      development: { events: nothing },
    } as never,
    {
      tokenTrust: { keys: { kind: 'shared', secrets: ['x'] }, issuer: null, audience: null, type: null, lifeMaxMs: 1 },
      commandTokenSecrets: ['x'],
      notificationSecrets: ['x'],
      notificationAddresses: [],
      trustedHops: 0,
      returnUrl: '',
      returnUrlOrigins: [],
      corsOrigins: [],
      rateLimits: {
        perAddress: { perSecond: 1, burst: 1 },
        perUser: { perSecond: 1, burst: 1 },
        perService: { perSecond: 1, burst: 1 },
      },
      publishDeadlineMs: 1,
    },
  );
  const layers = (app as unknown as { router: { stack: Layer[] } }).router.stack;
  return layers
    .flatMap(({ route }) => (route === undefined || route.methods['purge'] ? [] : [route]))
    .flatMap(({ path, methods }) =>
      ['get', 'post', 'put', 'delete', 'patch'].filter((m) => methods[m]).map((m) => `${m} ${path}`),
    )
    .filter((route) => !route.endsWith('.js'))
    .map((route) => route.replaceAll(/:(\w+)/g, '{$1}'))
    .sort();
}

const contract = readOpenApi();

describe('openapi.yaml', () => {
  it('describes exactly the routes that exist', () => {
    const described = Object.entries(contract.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    expect(mounted()).toEqual(described.sort());
  });

  it('has examples that obey it', () => {
    const ajv = createAjv();
    const broken: string[] = [];
    const visit = (value: unknown, at: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const { schema, example, examples } = value as { schema?: object; example?: unknown; examples?: unknown };
      const check = (rules: object, given: unknown): void => {
        if (!ajv.validate(rules, structuredClone(given))) broken.push(`${at}: ${ajv.errorsText()}`);
      };
      if (schema !== undefined && example !== undefined) check(schema, example);
      if (Array.isArray(examples)) examples.forEach((given) => check(value, given));
      Object.entries(value).forEach(([key, item]) => visit(item, `${at}/${key}`));
    };
    visit(inlinedOpenApi(contract), '');
    expect(broken).toEqual([]);
  });

  it('names the mark of a repeat in every answer that a command may come to', () => {
    const outcomes = new Set(['200', '202', '302', ...Object.values(rejections).map(({ status }) => String(status))]);
    const written = operationsOf(contract);
    /** Where the user of a payment is not found, no command was given. */
    const isEarlier = (id: string, status: string): boolean => {
      const { $ref = '' } = (written.get(id)?.operation.responses[status] ?? {}) as { readonly $ref?: string };
      return $ref === '#/components/responses/NoSuchObject';
    };
    const commands = [...operationsOf(inlinedOpenApi(contract)).values()].filter(isCommandOperation);
    const unmarked = commands.flatMap(({ operation: { operationId, responses } }) =>
      Object.entries(responses)
        .filter(([status]) => outcomes.has(status) && !isEarlier(operationId, status))
        .filter(([, { headers = {} }]) => !Object.hasOwn(headers, 'Idempotent-Replayed'))
        .map(([status]) => `${operationId} ${status}`),
    );
    expect(commands.length).toBeGreaterThan(10);
    expect(unmarked).toEqual([]);
  });

  it('describes a payment as the API answers it', () => {
    const { schemas } = inlinedOpenApi(contract)['components'] as { schemas: Record<string, { examples: unknown[] }> };
    const purpose = describePurchase({ ...sampleTariff, name: 'Base', period: { count: 1, unit: 'month' } });
    expect(schemas['Payment']?.examples).toMatchObject([{ purpose }]);
  });

  it('passes the linter of its specification', () => {
    const linter = spawnSync(
      process.execPath,
      ['node_modules/@redocly/cli/bin/cli.js', 'lint', '--config=schemas/redocly.yaml', 'schemas/openapi.yaml'],
      {
        encoding: 'utf8',
        env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
        timeout: 60_000,
      },
    );
    expect([linter.status, linter.status === 0 ? '' : linter.stdout + linter.stderr]).toEqual([0, '']);
    expect(linter.stderr).not.toContain('warning');
  }, 90_000);

  it('explains every code of the API', () => {
    const { description } = contract.info;
    const rows = [...description.matchAll(/^\| `(\d{4})` \| [\d, ]+ \| `(.+?)` \| (.+?) \| .+ \|$/gm)];
    expect(Object.fromEntries(rows.map(([, code, , text]) => [code, text]))).toEqual(problemTexts);
    for (const [, code = '', reasons = ''] of rows)
      expect([code, reasons.split('`, `')]).toEqual([code, reasonsOf(code)]);
  });

  it('describes errors as the API answers them', () => {
    const shown = [...JSON.stringify(contract).matchAll(/"code":"(\d{4})","error":"([^"]+)"/g)];
    expect(shown.length).toBeGreaterThan(10);
    for (const [, code, text] of shown) expect([code, text]).toEqual([code, problemTexts[code as ProblemCode]]);
  });

  it('gives every reason of a rejection a code of its own', () => {
    const codes = Object.values(rejections).map(({ code }) => code);
    const own = codes.filter((code) => code !== '4008');
    expect(new Set(own).size).toBe(own.length);
  });
});
