/** A job is data. One bounded run takes place at a time and returns counts; what lasts between runs is in the services. */
export type JobDeclaration<Services> = {
  readonly name: string;
  readonly everyMs: number;
  readonly why: string;
  readonly run: (services: Services) => Promise<Readonly<Record<string, number>>>;
};
