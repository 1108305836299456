/** The tariff whose renewals can be tried every few seconds. */
export async function dailyTariff(api: string): Promise<string> {
  const tariffs = (await (await fetch(`${api}/api/v1/tariffs`)).json()) as readonly {
    readonly id: string;
    readonly period_unit: string;
  }[];
  const daily = tariffs.find(({ period_unit: unit }) => unit === 'day');
  if (daily === undefined) throw new Error('There is no daily tariff to be renewed every few seconds');
  return daily.id;
}
