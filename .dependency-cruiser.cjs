/** The rooms, as rules (docs/architecture.md, "The rooms"). A forbidden import fails `npm run check`. */
const ours = '^(src|consumers|jobs|schemas|test|sandbox|stack|tools|web|bench)/';
const room = (name, from, mayImport) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: ours, pathNot: mayImport },
});
const only = (vendor, adapter) => ({
  name: `only-its-adapter-imports-${vendor.replace(/\W+/g, '-')}`,
  severity: 'error',
  from: { path: '^(src|consumers|jobs)/', pathNot: adapter },
  to: { path: `node_modules/${vendor}/` },
});
/** Folders of one room as layers, the lowest first: a file may import from its own layer and those below, never above. */
const layers = (base, folders) =>
  folders.slice(0, -1).map((folder, index) => ({
    name: `${base.replaceAll('/', '-')}-${folder}-imports-no-higher-layer`,
    severity: 'error',
    from: { path: `^${base}/${folder}/` },
    to: { path: `^${base}/(${folders.slice(index + 1).join('|')})/` },
  }));

module.exports = {
  forbidden: [
    { name: 'domain-is-pure', severity: 'error', from: { path: '^src/domain/' }, to: { pathNot: '^src/domain/' } },
    {
      name: 'application-has-no-vendors',
      severity: 'error',
      from: { path: '^src/application/' },
      to: { pathNot: '^src/(domain|application)/' },
    },
    {
      name: 'adapters-do-not-import-each-other',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'consumers-and-jobs-do-not-import-each-other',
      severity: 'error',
      from: { path: '^(consumers|jobs)/' },
      to: { path: '^(consumers|jobs)/', pathNot: '^$1/' },
    },
    {
      name: 'only-messages-imports-schemas',
      severity: 'error',
      from: { path: '^(src|consumers|jobs)/', pathNot: '^src/messages/' },
      to: { path: '^schemas/' },
    },
    { name: 'only-tests-import-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    room('messages-imports-schemas-domain-and-ports', '^src/messages/', [
      '^src/messages/',
      '^schemas/',
      '^src/domain/',
      '^src/application/ports/',
    ]),
    room('adapters-import-no-outer-room', '^src/adapters/', ['^src/(adapters|application|domain|messages)/']),
    room('consumers-and-jobs-import-use-cases', '^(consumers|jobs)/(?!main\\.ts$)', [
      '^src/(application|domain|messages)/',
      '^(consumers|jobs)/',
    ]),
    room('main-imports-composition', '^(consumers|jobs)/main\\.ts$', [
      '^src/(composition/|config\\.ts)',
      '^(consumers|jobs)/',
    ]),
    room('src-imports-no-consumers-or-jobs', '^src/', ['^src/', '^schemas/']),
    room('sandbox-imports-no-other-room', '^sandbox/', ['^sandbox/']),
    room('web-imports-no-other-room', '^web/', ['^web/']),
    room('stack-imports-config-and-composition', '^stack/', ['^stack/', '^src/(config\\.ts|composition/)']),
    room('tools-imports-stack-composition-and-schemas', '^tools/', [
      '^(tools|stack)/',
      '^src/(config(-markdown)?\\.ts|composition/)',
      '^schemas/',
    ]),
    ...layers('src/domain', ['model', 'decision', 'subscription', 'reconciliation', 'payment', 'timers', 'commands']),
    ...layers('src/application', [
      'ports',
      'services',
      'outbox',
      'change',
      'operations',
      'reconciliation',
      '(handlers|jobs|requests)',
    ]),
    ...layers('src/adapters/http', ['contract', 'auth', 'routes', 'server']),
    ...layers('src/adapters/kafka', ['client', 'registry', 'producer', 'consumer', 'admin']),
    only('express', 'src/adapters/http/'),
    only('kafkajs', 'src/adapters/kafka/'),
    only('@kafkajs/confluent-schema-registry', 'src/adapters/kafka/'),
    only('(mongoose|mongodb)', 'src/adapters/mongo/'),
    only('axios', 'src/adapters/yookassa/'),
    only('(@agendajs|agenda)', 'src/adapters/agenda/'),
    only('winston', 'src/adapters/logging/'),
    only('@sentry', 'src/adapters/sentry/'),
    only('@opentelemetry', 'src/adapters/tracing/'),
    only('ajv', 'src/(messages|adapters/http)/'),
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.json$', '\\.d\\.mts$', '^test/', '^bench/'] },
      to: {},
    },
    {
      name: 'no-dev-dependency-in-production',
      severity: 'error',
      from: { path: '^(src|consumers|jobs|sandbox)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
