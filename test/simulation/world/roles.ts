/** The processes of the fleet. */
export const roles = ['api', 'worker-1', 'worker-2', 'jobs-1', 'jobs-2'] as const;
export type Role = (typeof roles)[number];
