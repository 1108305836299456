import { createDevelopmentToken } from '../../src/composition/development-token.ts';
import { runningEnvironment } from '../../stack/running-environment.ts';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';

const { values } = readCommandLine(commands.token);
const { user: userId = '', superuser = false, role: roles = [] } = values;
const options = { userId, superuser, roles };
console.log(await createDevelopmentToken(options, runningEnvironment(process.env)));
