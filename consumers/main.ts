import { startConsumers } from '../src/composition/start-consumers.ts';
import { handleCommands } from './handle-commands.ts';
import { handleHints } from './handle-hints.ts';
import { handleTimers } from './handle-timers.ts';
import { keepDeadLetters } from './keep-dead-letters.ts';
import { reconcileEntitlements } from './reconcile-entitlements.ts';

/** The consumer process: runs the consumers that CONSUMERS names, by default all. More processes share the partitions. */
await startConsumers([handleCommands, handleHints, handleTimers, reconcileEntitlements, keepDeadLetters]);
