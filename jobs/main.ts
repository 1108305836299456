import { startJobs } from '../src/composition/start-jobs.ts';
import { developmentTimetable, timetable } from './timetable.ts';

/** Door 3: the clock. Any number of these processes may run; locks and claims keep them from doing things twice. */
await startJobs({ always: timetable, withTestClocks: developmentTimetable });
