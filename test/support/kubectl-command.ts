import { globSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { type KafkaRights, kafkaRights } from '../../src/composition/kafka-rights.ts';

type Named = {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
};

const manifests = globSync('k8s/{base,components}/**/*.yaml').flatMap((file) =>
  parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as Partial<Named>),
);
const namesOf = (wanted: string): readonly string[] =>
  manifests.flatMap(({ kind, metadata }) => (kind === wanted && metadata !== undefined ? [metadata.name] : []));

const deployments = namesOf('Deployment');
const scalers = namesOf('ScaledObject');
const components = manifests.map(({ metadata }) => metadata?.labels?.['app.kubernetes.io/component']);
/** A job for people is called as its CronJob, without the name of the product. */
const jobs = namesOf('CronJob').map((name) => name.replace('cinema-billing-', ''));

const selector = String.raw`-l app\.kubernetes\.io\/(?:name|component)=\S+`;
const paused = String.raw`autoscaling\.keda\.sh\/paused-replicas(?:=\d+|-)`;

/** What a page may ask of a cluster, in full. */
const forms: readonly RegExp[] = [
  'config set-context --current --namespace=cinema-billing',
  `apply -k(?: k8s/overlays/\\S+(?: ${selector})?)?`,
  `get pods ${selector}`,
  'describe deploy/\\S+',
  // One pod of several would often be the wrong one.
  'logs deploy/\\S+ --all-pods --since=\\d+[mh]',
  'logs deploy/\\S+ --previous',
  'exec deploy/\\S+ -- (?:date -u|node -e "[^"]+")',
  'exec job/\\S+ -- node src/[a-z]+\\.ts(?: .+)?',
  'create secret generic \\S+(?: --from-literal=\\S+=\\S+)+',
  'create job \\S+ --from=cronjob/\\S+',
  "wait --for=jsonpath='\\{\\.status\\.ready\\}'=1 job/\\S+",
  `delete job (?:[a-z]+|${selector})`,
  `rollout (?:restart|undo) (?:deploy/\\S+|deployment ${selector})`,
  `scale (?:deploy/\\S+|deployment ${selector}) --replicas=\\d+`,
  `annotate scaledobject (?:\\S+ )+${paused}`,
].map((form) => new RegExp(`^kubectl ${form}$`));

/** The names that follow, as they stand in a command. */
const found = (command: string, pattern: RegExp): readonly string[] =>
  [...command.matchAll(pattern)].flatMap(([, names = '']) => names.split(' ').filter((name) => name !== ''));

/** A program runs where the user of Kafka has the rights of that program. */
function misplaced(command: string): readonly string[] {
  const [, pod = '', program = ''] = /exec job\/(\S+) -- node (\S+)/.exec(command) ?? [];
  if (program === '') return [];
  const own = Object.entries<KafkaRights>(kafkaRights).find(([user]) => user === `billing-${pod}`)?.[1];
  // It writes to the database alone, so any user will do.
  return program === 'src/reseal.ts' || own?.process.split(', ').includes(program) === true ? [] : [program];
}

/** What of a command for Kubernetes does not exist, or is wrong as it stands. */
export function kubectlMistakes(command: string): readonly string[] {
  const unknown = (names: readonly string[], known: readonly (string | undefined)[]) =>
    names.filter((name) => !known.includes(name));
  return [
    ...(forms.some((form) => form.test(command)) ? [] : [command]),
    ...unknown(found(command, /\bdeploy\/(\S+)/g), deployments),
    ...unknown(found(command, /\bcomponent=(\S+)/g), components),
    ...unknown(found(command, /\bscaledobject ((?:cinema\S+ )+)/g), scalers),
    ...unknown(found(command, /\b(?:job\/|create job |delete job (?!-))(\S+)/g), jobs),
    ...unknown(found(command, /\bcronjob\/cinema-billing-(\S+)/g), jobs),
    ...misplaced(command),
  ];
}
