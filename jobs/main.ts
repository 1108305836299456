import { startJobs } from '../src/composition/start-jobs.ts';
import { developmentTimetable, timetable } from './timetable.ts';

/** The jobs process. Several may run: locks and claims keep a job and an announcement from running twice. */
await startJobs({ always: timetable, withTestClocks: developmentTimetable });
