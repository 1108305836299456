import { tailWith } from '../../src/composition/tail-events.ts';
import { exitWhenTaken } from '../../stack/exit-when-taken.ts';
import { runningEnvironment } from '../../stack/running-environment.ts';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';

const { values } = readCommandLine(commands.tail);
const ending = new AbortController();
process.once('SIGINT', () => ending.abort());
process.once('SIGTERM', () => ending.abort());
process.stdout.on('error', () => process.exit(0));
let printed = 0;
try {
  await tailWith(runningEnvironment(process.env), {
    filter: {
      ...(values.user === undefined ? {} : { user: values.user }),
      ...(values.type === undefined ? {} : { type: values.type }),
    },
    follow: values.follow,
    print: (line) => {
      const { time, topic, type, key } = line;
      const text =
        values.brief === true ? `${time}  ${topic.padEnd(24)} ${type ?? '?'} ${key ?? ''}` : JSON.stringify(line);
      process.stdout.write(`${text}\n`);
      printed += 1;
    },
    signal: ending.signal,
  });
  // A mistyped user would otherwise look like one without events. Standard output holds events only.
  if (!values.follow && printed === 0) console.error('No event matches.');
  exitWhenTaken(0);
} catch (error) {
  console.error(
    `The events cannot be read: ${error instanceof Error ? error.message : String(error)}. Is the system running (npm start)?`,
  );
  process.exit(1);
}
