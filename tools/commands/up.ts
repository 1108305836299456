import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { embeddedPorts, startStack } from '../../stack/embedded-stack.ts';
import { developmentData } from '../../stack/folders.ts';
import { configuredPorts, refuseBusyPorts } from '../../stack/ports.ts';
import { say, supervise } from '../../stack/supervise.ts';
import { untilAborted } from '../../stack/wait-until.ts';

readCommandLine(commands.up);

process.exitCode = await supervise(
  {
    data: developmentData(process.env),
    environment: process.env,
    choosePorts: () => configuredPorts(process.env),
  },
  async (system) => {
    await refuseBusyPorts(system.ports, embeddedPorts(process.env));
    const addresses = await startStack(system);
    say('\nThe three are up until Ctrl-C:');
    for (const [setting, address] of Object.entries(addresses)) say(`  export ${setting}='${address}'`);
    await untilAborted(system.signal);
  },
);
