import { adminCommand } from '../../src/composition/admin/admin-command.ts';
import { reconcileCommand } from '../../src/composition/reconciliation/reconcile-command.ts';
import { restoredCommand } from '../../src/composition/restore/restored-command.ts';
import { resealCommand } from '../../src/composition/run-reseal.ts';
import type { Command } from '../../src/composition/command-line/command.ts';

export const wholeNumber = [/^[1-9]\d{0,8}$/, 'a whole number from 1'] as const;
const wholeOrZero = [/^\d{1,9}$/, 'a whole number from 0'] as const;
const seedNumber = [/^\d{1,10}$/, 'a whole number from 0'] as const;
const simulatedProvider = [/^(yookassa|hasty)$/, 'yookassa or hasty'] as const;
const uuid = [/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'a UUID'] as const;

/** Every npm script of the project: what `--help` prints and what its command line may hold. */
export const commands = {
  start: {
    usage: 'npm start --',
    about:
      'Starts the whole system on this machine, in the foreground, until Ctrl-C or npm stop. Ports: docs/running.md.',
    options: {
      secure: { type: 'boolean', about: 'Kafka, MongoDB and registry with TLS, users and rights, as in production' },
    },
    example: 'PROJECT_PORT=8101 npm start',
  },
  up: {
    usage: 'node tools/bootstrap.mjs up',
    about: 'Starts Kafka, MongoDB and the schema registry alone, for services that are run by hand.',
    options: {},
    example: 'node tools/bootstrap.mjs up',
  },
  stop: {
    usage: 'npm stop',
    about: 'Ends what npm start runs, from another terminal, and processes of a killed npm start.',
    options: {},
    example: 'npm stop',
  },
  reset: {
    usage: 'npm run reset',
    about: 'Deletes every subscription, event, payment and secret of development. Downloads stay.',
    options: {},
    example: 'npm stop && npm run reset',
  },
  test: {
    usage: 'npm test --',
    about: 'Runs the tests on a stack of its own, beside whatever runs. The last line counts them.',
    options: {},
    operand: { name: 'PATH', about: 'a folder or file of test/; none: all of them', most: 100 },
    example: 'npm test -- test/flow/buying',
  },
  check: {
    usage: 'npm run check',
    about: 'Checks format, types, lint, rooms, unused code and the drift of generated files. Runs no test.',
    options: {},
    example: 'npm run check',
  },
  tour: {
    usage: 'npm run tour',
    about:
      'Tells stories on the running system: a subscription from purchase to end, leaving with a refund, an unlinked card.',
    options: {},
    example: 'npm run tour',
  },
  tail: {
    usage: 'npm run tail --',
    about: 'Prints the events of the running system, decoded, one per line as JSON: the past, then what comes.',
    options: {
      user: { type: 'string', value: 'UUID', about: 'only messages with this key: of this user, of hints an object' },
      type: {
        type: 'string',
        value: 'TYPE',
        about: 'only messages whose type begins with this, such as subscription',
      },
      brief: { type: 'boolean', about: 'prints time, topic, type and user, without the content' },
      follow: { type: 'boolean', default: true, about: 'ends after the past instead of waiting' },
    },
    example: 'npm run tail -- --type subscription.activated --no-follow',
  },
  token: {
    usage: 'npm run -s token --',
    about: 'Prints an access token that the running development system accepts, alone on the last line.',
    options: {
      user: { type: 'string', value: 'UUID', required: true, about: 'the user that the token is for', wanted: uuid },
      superuser: { type: 'boolean', about: 'gives the rights of staff' },
      role: { type: 'string', value: 'ROLE', multiple: true, about: 'gives a role, such as service; may be repeated' },
    },
    example: 'npm run -s token -- --user 8f0f1c0e-5b7a-4f6e-9c3d-2a1b4c5d6e7f --role service',
  },
  generate: {
    usage: 'npm run generate --',
    about: 'Writes the types and pages that follow from schemas/, src/config.ts and src/domain.',
    options: { check: { type: 'boolean', about: 'writes nothing and fails when a file has drifted' } },
    example: 'npm run generate -- --check',
  },
  format: {
    usage: 'npm run format',
    about: 'Formats every file of the project.',
    options: {},
    example: 'npm run format',
  },
  simulate: {
    usage: 'npm run simulate --',
    about:
      'Runs seeded lives of the whole system on simulated Kafka, MongoDB and provider. Its page: test/simulation/README.md.',
    options: {
      seeds: { type: 'string', value: 'N', default: '10000', about: 'how many seeds to run', wanted: wholeNumber },
      from: { type: 'string', value: 'SEED', default: '1', about: 'the first seed', wanted: seedNumber },
      fresh: { type: 'boolean', default: false, about: 'begins at a seed that was never run, and names it' },
      provider: {
        type: 'string',
        value: 'NAME',
        default: 'yookassa',
        about: 'whose numbers the lives are lived with: yookassa, or hasty, which forgets keys after an hour',
        wanted: simulatedProvider,
      },
      timeline: {
        type: 'boolean',
        default: false,
        about: 'runs the first seed only and prints what happened to each subscriber',
      },
    },
    example: 'npm run simulate -- --seeds 300 --from 1',
  },
  planted: {
    usage: 'npm run planted --',
    about: 'Plants bugs into a copy of the project, one by one, and shows that the simulation catches each.',
    options: {
      seeds: { type: 'string', value: 'N', default: '2000', about: 'seeds to try per bug', wanted: wholeNumber },
    },
    operand: { name: 'NAME', about: 'part of the name of a bug; none: all of them', most: 1 },
    example: 'npm run planted -- refund --seeds 500',
  },
  chaos: {
    usage: 'npm run chaos --',
    about:
      'Kills real processes under load on a stack of its own, then checks all rules. Its page: test/chaos/README.md.',
    options: {
      cycles: { type: 'string', value: 'N', default: '20', about: 'how many kills', wanted: wholeNumber },
      seed: { type: 'string', value: 'SEED', default: '1', about: 'chooses what is killed when', wanted: wholeOrZero },
      cluster: { type: 'boolean', default: false, about: 'strikes the nodes of three brokers and three mongods' },
      earlier: {
        type: 'string',
        value: 'COMMIT',
        default: '',
        about: 'of our processes some run this version and some that of COMMIT; cycles turn them over',
      },
      json: { type: 'boolean', default: false, about: 'prints the figures as one JSON object on the last line too' },
      data: { type: 'string', value: 'FOLDER', default: '.data/chaos', about: 'keeps logs and data here' },
    },
    example: 'npm run chaos -- --cycles 5 --seed 7',
  },
  alerts: {
    usage: 'npm run alerts --',
    about:
      'Makes each alert fire by its real fault and fall silent by the cure of its page, on a stack of its own with a real Prometheus.',
    options: {},
    operand: { name: 'ALERT', about: 'an alert; none: all of them', most: 16 },
    example: 'npm run alerts -- BillingLag',
  },
  scaling: {
    usage: 'npm run scaling --',
    about:
      'Scales consumers by the lag of real orders, as the ScaledObject says, then checks all rules and what the provider saw.',
    options: {
      backlog: {
        type: 'string',
        value: 'N',
        default: '20000',
        about: 'how many orders; fewer of them lower the threshold as well',
        wanted: wholeNumber,
      },
      json: { type: 'boolean', default: false, about: 'prints the figures as one JSON object on the last line too' },
      data: { type: 'string', value: 'FOLDER', default: '.data/scaling', about: 'keeps logs and data here' },
    },
    example: 'npm run scaling -- --backlog 500',
  },
  bench: {
    usage: 'npm run bench --',
    about: 'Runs a benchmark of bench/, or all of them one after the other, each on a system of its own.',
    options: { json: { type: 'boolean', about: 'prints one JSON object per figure' } },
    operand: {
      name: 'BENCHMARK',
      about:
        'api-throughput, compare-and-set, find-due, living-path, one-core, renewal-drain or traces; each has options of its own',
      most: 1,
    },
    example: 'npm run bench -- living-path --help',
  },
  containers: {
    usage: 'npm run containers',
    about:
      'Builds the images and runs docker-compose.yml: on the engine that runs, or on one of its own with stand-ins. Its page: docs/operations.md.',
    options: {},
    example: 'npm run containers',
  },
  rollout: {
    usage: 'npm run rollout --',
    about:
      'Rolls and drains pods of the production overlay under load, on an engine and a small kubelet of its own. Its page: docs/operations.md.',
    options: {
      from: { type: 'string', value: 'COMMIT', default: 'HEAD~1', about: 'the version that runs before the roll' },
      rate: { type: 'string', value: 'N', default: '20', about: 'purchases a second', wanted: wholeNumber },
      json: { type: 'boolean', about: 'prints the counts as one JSON object as well' },
    },
    example: 'npm run rollout -- --from HEAD~1 --rate 20',
  },
  sbom: {
    usage: 'npm run -s sbom --',
    about: 'Prints what the image has of other people: a bill of materials in the format of CycloneDX.',
    options: {},
    example: 'npm run -s sbom > cinema-billing.cdx.json',
  },
  reconcile: reconcileCommand,
  restored: restoredCommand,
  admin: adminCommand,
  reseal: resealCommand,
} as const satisfies Readonly<Record<string, Command>>;
