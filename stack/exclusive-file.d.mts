/** A process by its pid and its start time. */
export type ProcessIdentity = { readonly pid: number; readonly startedAt: string };

export function identityOf(pid: number): ProcessIdentity | undefined;
export function isRunning(identity: ProcessIdentity): boolean;
export function ownerOf(path: string): ProcessIdentity | undefined;
export function claimFile(path: string): ProcessIdentity | undefined;
export function releaseFile(path: string): void;
