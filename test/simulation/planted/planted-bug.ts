/** A plausible mistake, as a change of text in one file; `text` must occur exactly once. */
export type PlantedBug = {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly instead: string;
};
