import { parseArgs } from 'node:util';
import { createDevelopmentToken } from '../../src/composition/development-token.ts';
import { runningEnvironment } from '../../stack/running-environment.ts';

// npm run -s token -- --user UUID [--superuser] [--role service]: a token for the running system, alone on the last line.

const { values } = parseArgs({
  options: { user: { type: 'string' }, superuser: { type: 'boolean' }, role: { type: 'string', multiple: true } },
});
if (values.user === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(values.user)) {
  console.error('Whose token? npm run -s token -- --user UUID [--superuser] [--role service]');
  process.exit(1);
}
const options = { userId: values.user, superuser: values.superuser ?? false, roles: values.role ?? [] };
console.log(await createDevelopmentToken(options, runningEnvironment(process.env)));
