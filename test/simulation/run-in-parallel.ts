import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ProviderName } from './provider/provider-kinds.ts';

export type Find = {
  readonly seed: number;
  readonly rule: string;
  readonly userId: string | null;
  readonly detail: string;
  readonly stories: readonly { readonly userId: string; readonly timeline: string }[];
};
export type Summary = {
  readonly finds: readonly Find[];
  readonly seeds: number;
  readonly steps: number;
  /** In the order of seeds, so equal seeds give equal results, whatever the number of workers. */
  readonly hashes: readonly string[];
  readonly visits: ReadonlyMap<string, number>;
};
export type Batch = {
  readonly from: number;
  readonly seeds: number;
  readonly workers: number;
  /** Each worker ends after so many broken seeds, because the first ones usually show the cause. */
  readonly badMax: number;
  /** The provider of these lives: YooKassa, or one with other numbers. */
  readonly provider?: ProviderName;
  /** The folder of the simulation and the code under it; a copy with a planted bug has another one. */
  readonly folder: string;
  readonly onFind?: (find: Find) => void;
  /** Called when so many more seeds have been lived. */
  readonly onLived?: (seeds: number) => void;
};

type Lived = { readonly lived: number };
type Ending = Omit<Summary, 'finds' | 'visits'> & { readonly visits: readonly (readonly [string, number])[] };
/** A life is short and makes much garbage: a large young generation collects it cheaply. Stack traces are for `--timeline`. */
const flags = [
  '--disable-warning=ExperimentalWarning',
  '--min-semi-space-size=32',
  '--max-semi-space-size=64',
  '--stack-trace-limit=0',
];

/** One worker process of the project's own Node. It ends by itself and frees all its memory. */
async function work(
  batch: Batch,
  index: number,
): Promise<{ readonly finds: readonly Find[]; readonly ending: Ending }> {
  const { from, seeds, workers, badMax, provider = 'yookassa' } = batch;
  const range = [from + index, from + seeds - 1, workers, badMax, provider].map(String);
  const child = spawn(process.execPath, [...flags, join(batch.folder, 'run-seeds.ts'), ...range], {
    cwd: batch.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const finds: Find[] = [];
  let ending: Ending | null = null;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as Find | Ending | Lived;
    if ('lived' in said) batch.onLived?.(said.lived);
    else if ('hashes' in said) ending = said;
    else {
      finds.push(said);
      batch.onFind?.(said);
    }
  }
  const code = await ended;
  if (code !== 0 || ending === null)
    throw new Error(`a worker of the simulation ended with ${String(code)}: ${errors}`);
  return { finds, ending };
}

/** Runs the seeds in several processes. A seed's run depends on nothing but its number. */
export async function runInParallel(batch: Batch): Promise<Summary> {
  const done = await Promise.all(Array.from({ length: batch.workers }, (_, index) => work(batch, index)));
  const visits = new Map<string, number>();
  for (const { ending } of done)
    for (const [cell, count] of ending.visits) visits.set(cell, (visits.get(cell) ?? 0) + count);
  return {
    finds: done.flatMap(({ finds }) => finds),
    seeds: done.reduce((sum, { ending }) => sum + ending.seeds, 0),
    steps: done.reduce((sum, { ending }) => sum + ending.steps, 0),
    hashes: done.flatMap(({ ending }) => ending.hashes),
    visits,
  };
}
