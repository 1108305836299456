import type { PlantedBug } from './planted-bug.ts';

/** Mistakes where clocks change, which no life in one offset can show. */
export const plantedZones: readonly PlantedBug[] = [
  {
    name: 'days of 24 hours',
    file: 'src/domain/subscription/period.ts',
    text: '  return zoned(anchor, timeZone).add(duration(length, periodsAfterAnchor)).epochMilliseconds;',
    instead:
      "  if (length.unit === 'day') return anchor + length.count * periodsAfterAnchor * 86_400_000;\n  return zoned(anchor, timeZone).add(duration(length, periodsAfterAnchor)).epochMilliseconds;",
  },
  {
    name: 'charging hours that forget the change of clocks',
    file: 'src/domain/subscription/charging-hours.ts',
    text: "    return (['earlier', 'later'] as const).map((disambiguation) => opens.toZonedDateTime(timeZone, { disambiguation }));",
    instead: '    return [opens.toZonedDateTime(zoned.offset).withTimeZone(timeZone)];',
    seed: 5_855,
  },
];
