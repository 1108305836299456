import { startConsumers } from '../src/composition/start-consumers.ts';
import { handleCommands } from './handle-commands.ts';
import { handleHints } from './handle-hints.ts';
import { handleTimers } from './handle-timers.ts';
import { reconcileEntitlements } from './reconcile-entitlements.ts';

/** Door 2: runs the consumers that CONSUMERS names, all of them by default. More processes in a group share its work. */
await startConsumers([handleCommands, handleHints, handleTimers, reconcileEntitlements]);
