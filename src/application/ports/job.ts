/** A job is data. One bounded run takes place at a time and returns counts; nothing is kept between runs. */
export type JobDeclaration<Services> = {
  readonly name: string;
  readonly everyMs: number;
  readonly why: string;
  readonly run: (services: Services) => Promise<Readonly<Record<string, number>>>;
};
