import type { System } from '../../stack/embedded-stack.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { productionImage } from './build-images.ts';
import type { Docker } from './docker.ts';

const mebibyte = 1024 * 1024;
/** The goal of the image: what we add to Node's. */
const oursMaxMb = 32;
const runTimeoutMs = 60_000;
/** As a pod runs it (k8s/components/pod). */
const asPod = ['--rm', '--network', 'none', '--read-only', '--cap-drop', 'ALL', '--user', '10001:10001'];

type Inspected = {
  readonly Size: number;
  readonly Config: { readonly User: string; readonly Labels: Readonly<Record<string, string>> };
};

/** What the image promises, asked of the image itself. */
export async function checkImage(
  docker: Docker,
  { say }: System,
  { base, labels }: { readonly base: string; readonly labels: Readonly<Record<string, string>> },
): Promise<void> {
  const call = { log: 'image', timeoutMs: runTimeoutMs };
  const inspect = async (image: string): Promise<Inspected> =>
    JSON.parse(await docker.docker(['image', 'inspect', '--format', '{{json .}}', image], call)) as Inspected;
  const run = (...args: string[]): Promise<string> => docker.docker(['run', ...asPod, ...args], call);
  const heapMib = async (memory: string): Promise<number> => {
    const code = 'console.log(v8.getHeapStatistics().heap_size_limit)';
    return Number(await run('--memory', memory, productionImage, '--eval', code)) / mebibyte;
  };

  const [image, below] = [await inspect(productionImage), await inspect(base)];
  const oursMb = (image.Size - below.Size) / 1e6;
  expectThat(oursMb <= oursMaxMb, `adds ${oursMb.toFixed(1)} MB to Node's, and ${oursMaxMb} are allowed`);
  expectThat(image.Config.User === '10001:10001', `runs as ${image.Config.User}`);
  for (const [name, value] of Object.entries(labels)) {
    const label = image.Config.Labels[`org.opencontainers.image.${name.toLowerCase()}`];
    expectThat(label === value, `has the ${name.toLowerCase()} ${String(label)} instead of ${value}`);
  }

  const files = await run(
    productionImage,
    '--eval',
    "console.log([fs.existsSync('sandbox'), fs.readdirSync('web')].join())",
  );
  expectThat(files.trim() === 'false,docs', `holds the sandbox or pages of development: ${files.trim()}`);

  const [small, large] = [await heapMib('256m'), await heapMib('512m')];
  expectThat(
    large - small === 128,
    `has a heap of ${small} MiB in 256 and of ${large} in 512: it does not follow the limit`,
  );

  // The process refuses the missing configuration once it has loaded all its code.
  const load = `NODE_DEBUG_NATIVE=COMPILE_CACHE node src/server.ts 2>&1 | grep -c 'cache for .* was accepted' || true`;
  const cached = Number(await run('--entrypoint', 'sh', productionImage, '-c', load));
  expectThat(cached > 500, `finds ${cached} modules in its compile cache`);
  say(
    `  image: ${oursMb.toFixed(1)} MB of ours, heap ${small.toFixed()} MiB in 256, ${cached} modules already compiled`,
  );
}

function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new StackFailure(`The production image ${otherwise}.`);
}
