/** A module of the pages. They are plain JavaScript without types: the caller says what it exports. */
export async function webModule(path: string): Promise<unknown> {
  const module: unknown = await import(new URL(`../../web/${path}`, import.meta.url).href);
  return module;
}
