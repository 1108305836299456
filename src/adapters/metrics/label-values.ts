/** The labels of a metric, each with every value that it may have. */
export type LabelValues = Readonly<Record<string, readonly string[]>>;
export type Labels = Readonly<Record<string, string>>;

/** The value of what is in no list. */
const otherValue = 'other';

/**
 * The labels with values of the lists only. Each value of a label is a series that Prometheus keeps: ids would fill its
 * memory, and anyone who reads metrics would read them.
 */
export const boundTo = (labels: LabelValues, given: Labels): Record<string, string> =>
  Object.fromEntries(
    Object.entries(labels).map(([name, values]) => {
      const value = given[name] ?? otherValue;
      return [name, values.includes(value) ? value : otherValue];
    }),
  );

/** Every combination of the values; one without labels where there are none. */
export const combinations = (labels: LabelValues): readonly Record<string, string>[] =>
  Object.entries(labels).reduce<readonly Record<string, string>[]>(
    (found, [name, values]) => found.flatMap((labelled) => values.map((value) => ({ ...labelled, [name]: value }))),
    [{}],
  );
