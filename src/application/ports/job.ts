/** A job is data: one bounded run at a time, counts as its answer, nothing remembered between runs. */
export type JobDeclaration<Services> = {
  readonly name: string;
  readonly everyMs: number;
  readonly why: string;
  readonly run: (services: Services) => Promise<Readonly<Record<string, number>>>;
};
