/** The rooms, as rules (docs/architecture.md, "The rooms"). A crossing fails `npm run check`. */
const ours = '^(src|consumers|jobs|schemas|test|sandbox|stack|tools|web|bench)/';
const room = (name, from, mayUse) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: ours, pathNot: mayUse },
});
const only = (vendor, homes) => ({
  name: `${vendor.replace(/\W+/g, '-')}-has-one-home`,
  severity: 'error',
  from: { path: '^(src|consumers|jobs)/', pathNot: homes },
  to: { path: `node_modules/${vendor}/` },
});
/** Folders of one room as storeys, the lowest first: a file may use its own storey and those below, never one above. */
const storeys = (base, folders) =>
  folders.slice(0, -1).map((folder, index) => ({
    name: `${base.replaceAll('/', '-')}-${folder}-stays-below`,
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
      name: 'adapters-are-strangers',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'doors-are-strangers',
      severity: 'error',
      from: { path: '^(consumers|jobs)/' },
      to: { path: '^(consumers|jobs)/', pathNot: '^$1/' },
    },
    {
      name: 'schemas-are-read-in-one-room',
      severity: 'error',
      from: { path: '^(src|consumers|jobs)/', pathNot: '^src/messages/' },
      to: { path: '^schemas/' },
    },
    { name: 'nobody-imports-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    room('messages-read-schemas-and-domain', '^src/messages/', [
      '^src/messages/',
      '^schemas/',
      '^src/domain/',
      '^src/application/ports/',
    ]),
    room('adapters-look-inward', '^src/adapters/', ['^src/(adapters|application|domain|messages)/']),
    room('doors-use-use-cases', '^(consumers|jobs)/(?!main\\.ts$)', [
      '^src/(application|domain|messages)/',
      '^(consumers|jobs)/',
    ]),
    room('mains-only-compose', '^(consumers|jobs)/main\\.ts$', [
      '^src/(composition/|config\\.ts)',
      '^(consumers|jobs)/',
    ]),
    room('src-ignores-the-doors', '^src/', ['^src/', '^schemas/']),
    room('sandbox-stands-alone', '^sandbox/', ['^sandbox/']),
    room('web-stands-alone', '^web/', ['^web/']),
    room('stack-starts-programs-only', '^stack/', ['^stack/', '^src/(config\\.ts|composition/)']),
    room('tools-use-the-stack', '^tools/', [
      '^(tools|stack)/',
      '^src/(config(-markdown)?\\.ts|composition/)',
      '^schemas/',
    ]),
    ...storeys('src/domain', ['model', 'decision', 'subscription', 'payment', 'timers', 'commands']),
    ...storeys('src/adapters/http', ['contract', 'auth', 'routes', 'server']),
    ...storeys('src/adapters/kafka', ['client', 'registry', 'producer', 'consumer', 'admin']),
    only('express', 'src/adapters/http/'),
    only('kafkajs', 'src/adapters/kafka/'),
    only('@kafkajs/confluent-schema-registry', 'src/adapters/kafka/'),
    only('(mongoose|mongodb)', 'src/adapters/mongo/'),
    only('axios', 'src/adapters/yookassa/'),
    only('(@agendajs|agenda)', 'src/adapters/agenda/'),
    only('winston', 'src/adapters/logging/'),
    only('@sentry', 'src/adapters/sentry/'),
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
