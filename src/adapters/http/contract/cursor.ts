/** Where the last item of a page stands: its instant and its id. */
export type Place = { readonly at: number; readonly id: string };

/** `{at}~{id}`. openapi.yaml has its pattern, so a request never has another text. */
export function placeFrom(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const [at = '', id = ''] = cursor.split('~');
  return { at: Number(at), id };
}

export const cursorOf = ({ at, id }: Place): string => `${at}~${id}`;
