export type Line = { readonly at: number; readonly userId: string | null; readonly text: string };

export type Story = {
  /** `userId` null: it concerns every subscriber. */
  readonly add: (userId: string | null, text: string) => void;
  readonly lines: () => readonly Line[];
  /** A hash over all lines with their times and users: two runs with the same hash did the same. */
  readonly hash: () => string;
};

/** FNV-1a in two halves, which is enough to distinguish two runs and costs almost nothing. */
export function createStory(now: () => number): Story {
  const lines: Line[] = [];
  let low = 0x811c9dc5;
  let high = 0x01000193;
  const mix = (text: string): void => {
    for (let index = 0; index < text.length; index += 1) {
      low = Math.imul(low ^ text.charCodeAt(index), 0x01000193);
      high = Math.imul(high + low, 0x85ebca6b);
    }
  };
  return {
    add: (userId, text) => {
      const line = { at: now(), userId, text };
      lines.push(line);
      mix(`${line.at} ${userId ?? ''} ${text}`);
    },
    lines: () => lines,
    hash: () => [high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join(''),
  };
}

/** The lines of one subscriber and those that concern all of them. */
export const timelineOf = (lines: readonly Line[], userId: string): string =>
  lines
    .filter((line) => line.userId === userId || line.userId === null)
    .map(
      ({ at, userId: who, text }) => `${new Date(at).toISOString().slice(0, 23)} ${who === null ? '~ ' : '  '}${text}`,
    )
    .join('\n');
