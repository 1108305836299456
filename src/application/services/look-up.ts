import type { Facts, LookUp, LookUpFields } from '../../domain/commands/definition.ts';
import { type CommandInput, commands } from '../../domain/commands/index.ts';
import type { Past } from '../../domain/reconciliation/find-difference.ts';
import type { Catalogue } from '../ports/catalogue.ts';
import type { TestClocks } from '../ports/test-clocks.ts';

export type LookUpServices = {
  readonly catalogue: Catalogue;
  /** Null where the configuration has no test clocks. */
  readonly testClocks: Pick<TestClocks, 'find'> | null;
  /** Absent for subscribers, who order nothing about a single payment. */
  readonly findPaid?: (by: By) => Promise<Past>;
};

type By = LookUpFields & Pick<CommandInput, 'userId'>;
type Find<Name extends LookUp> = (services: LookUpServices, by: By) => Promise<Facts[Name]>;

const finders: { readonly [Name in LookUp]: Find<Name> } = {
  tariff: ({ catalogue }, { tariffId }) => catalogue.findTariff(tariffId),
  paySystem: ({ catalogue }, { paySystem }) => catalogue.findPaySystem(paySystem),
  testClock: ({ testClocks }, { testClockId }) =>
    testClockId === null || testClocks === null ? Promise.resolve(null) : testClocks.find(testClockId),
  paid: ({ findPaid }, by) => findPaid?.(by) ?? Promise.resolve(null),
};

/** Runs the look-ups that the definition of the command names, in parallel. */
export async function lookUp(services: LookUpServices, command: CommandInput): Promise<Facts> {
  const names: readonly LookUp[] = commands[command.type].lookUps;
  if (names.length === 0) return {} as Facts;
  const by = command as CommandInput & LookUpFields;
  const found = await Promise.all(names.map((name) => finders[name](services, by)));
  return Object.fromEntries(names.map((name, index) => [name, found[index]])) as Facts;
}
