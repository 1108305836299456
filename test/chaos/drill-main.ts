import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isolated } from '../../stack/development-environment.ts';
import { findFreePorts } from '../../stack/ports.ts';
import { supervise } from '../../stack/supervise.ts';
import { drill } from './drill.ts';

// The drill of docs/disaster.md on a stack of its own. Logs and data of a drill that fails are kept.

const data = mkdtempSync(join(tmpdir(), 'billing-drill-'));
const session = { data, environment: isolated({}, process.env), choosePorts: findFreePorts };
const code = await supervise(session, drill);
if (code === 0) rmSync(data, { recursive: true, force: true });
else process.stderr.write(`Logs and data are kept in ${data}.\n`);
process.exit(code);
