/** A plausible mistake, as a change of text in one file; `text` must occur exactly once. */
export type PlantedBug = {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly instead: string;
  /** A life that it breaks, where these are rarer than one in thousands. Absent: the first thousands of lives have one. */
  readonly seed?: number;
};
